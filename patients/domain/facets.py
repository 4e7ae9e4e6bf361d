"""Which regions, diseases and sources a hospital's people have, for the filters of the list.

Read by jumping through an index (one step per value, not per person) and remembered in this process for ten minutes.
"""

import time

from django.db import connection

from hospital_crm.tenancy.scope import required_hospital
from patients.domain import divisions
from patients.domain.codes import GroupName, group_names, neighbours
from patients.models import Patient

_TTL_SECONDS = 600.0
_MOST = 400
_known: dict[tuple[int, str], tuple[float, list[str]]] = {}
_names: dict[int, tuple[float, dict[str, GroupName]]] = {}

_JUMP = """
with recursive jump(value, place) as (
    (select {column}, 1 from {table} where hospital_id = %(hospital)s and {column} <> '' order by {column} limit 1)
    union all
    select (select p.{column} from {table} p
             where p.hospital_id = %(hospital)s and p.{column} <> '' and p.{column} > jump.value
            order by p.{column} limit 1), jump.place + 1
      from jump where jump.value is not null and jump.place < %(most)s
)
select value from jump where value <> ''
"""


def regions() -> list[str]:
    """Regions of the hospital's people, in the order of the index."""
    return _values("region")


def regions_near() -> list[str]:
    """Regions of the hospital's people and, by its own table of divisions, the counties beside them."""
    known = regions()
    return list(dict.fromkeys([*known, *neighbours(known)]))


def region_words() -> dict[str, str]:
    """What the list of people is filtered by as region: names as they stand on record, and the beginnings of codes of
    the provinces, prefectures and counties of its people, with what they are called.
    """
    codes = divisions.prefixes(_values("division_code"))
    return {**dict.fromkeys(regions(), ""), **{code: divisions.words_of(code) for code in codes}}


def disease_groups() -> list[str]:
    """Disease groups (first three characters of the code) of the hospital's people."""
    return _values("disease_group")


def disease_names() -> dict[str, GroupName]:
    """What these groups are called, by the hospital's own table of diagnoses; empty without one."""
    hospital_id, now = required_hospital().pk, time.monotonic()
    kept = _names.get(hospital_id)
    if kept is None or now - kept[0] >= _TTL_SECONDS:
        kept = _names[hospital_id] = (now, group_names(disease_groups()))
    return kept[1]


def sources() -> list[str]:
    """Source channels of the hospital's people."""
    return _values("source")


def forget() -> None:
    """Drops what this process remembers."""
    _known.clear()
    _names.clear()
    divisions.forget()


def _values(column: str) -> list[str]:
    hospital_id, now = required_hospital().pk, time.monotonic()
    kept = _known.get((hospital_id, column))
    if kept and now - kept[0] < _TTL_SECONDS:
        return kept[1]
    with connection.cursor() as cursor:
        cursor.execute(
            _JUMP.format(column=column, table=Patient._meta.db_table), {"hospital": hospital_id, "most": _MOST}
        )
        values = [value for (value,) in cursor.fetchall()]
    _known[hospital_id, column] = (now, values)
    return values
