"""Other numbers of a person: those of records that were united with it. The trail keeps the number of its day, so who
asks about a person asks under all of them, as long as the union stands. And whom a number on a card means: the auditor
is told the number of a record or an identity, never the number the trail keeps.
"""

from collections.abc import Callable, Collection

from django.db import connection

from hospital_crm.tenancy.scope import required_hospital
from hospital_crm.typed import whole_numbers

_NOBODY = "select null::bigint as gone, null::bigint as kept where %(hospital)s is null"
_known = {"rows": _NOBODY}
_bearers: "list[Callable[[str], Collection[int]]]" = []


def register(rows: str, *, bearers: "Callable[[str], Collection[int]]") -> None:
    """Says how unions are read: one SELECT of `(gone, kept)`, given `%(hospital)s`; and `bearers(number)`: the people
    who bear exactly this record number or identity number.
    """
    _known["rows"] = rows
    _bearers[:] = [bearers]


def as_row(number: str) -> list[int]:
    """The row that has this number; none where it is no number of a row."""
    return whole_numbers([number])


def meant_by(number: str) -> set[int]:
    """Every number under which the trail knows whom this number means: the trail's own, or one on a card or paper."""
    found = {person for bearers in _bearers for person in bearers(number)}
    return {each for person in {*as_row(number), *found} for each in numbers_of(person)}


def standing() -> str:
    """The SELECT of the unions that stand."""
    return _known["rows"]


def numbers_of(person: int) -> list[int]:
    """Every number under which the trail knows this person."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select gone from ({standing()}) as unions where kept = %(person)s order by gone",
            {"hospital": required_hospital().pk, "person": person},
        )
        return [person, *(row[0] for row in cursor.fetchall())]
