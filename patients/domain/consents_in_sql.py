"""The question of consent for everybody at once: fragments of SQL that answer as `patients.domain.consents.is_allowed`
answers for one person. For audiences, with the hospital of the scope.

`decided(purpose, channel)`: one row (patient_id, is_granted) for each person who has ever decided about it; who is not
among them is allowed what rests on the care relation, and nothing else. To be joined where the reasons are counted:

    fragment = decided("education", "email")
    f"left join ({fragment.sql}) c on c.patient_id = p.id"      # params at this place: fragment.params
    f"coalesce(c.is_granted, {allowed_unasked('education')})"

`allowed(purpose, channel, person="p.id")`: a condition that holds for whom it is allowed. `people_allowed` is the same
for a queryset of people.

`DECIDED` is the text of `decided` for whoever names the places of a statement otherwise. `decisions_of(people, asked)`
answers for some people about several purposes and channels in one statement.

All read `consent_answers_idx` from its end, in the order of people, without sorting: a million people with two entries
each about the purpose took 1.2 s, joined 1.4 s.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Q
from django.db.models.expressions import RawSQL

from patients.domain.consents import UNTIL_REFUSED
from patients.domain.staging import HOSPITAL
from patients.models import Consent

# `patient_id desc` beside `at desc` on purpose: the index is then read backwards from one end to the other.
_DECIDED = f"""
select distinct on (c.patient_id) c.patient_id, c.decision = 'granted' as is_granted
  from patients_consent c
 where c.hospital_id = {HOSPITAL} and c.purpose = {{purpose}} and c.channel in ({{channel}}, 'any'){{only}}
 order by c.patient_id desc, c.at desc, c.id desc
"""
DECIDED = _DECIDED.replace("{only}", "")


@dataclass(frozen=True)
class Fragment:
    """A piece of SQL and the values of its places, in their order."""

    sql: str
    params: tuple[Any, ...]


def decided(purpose: str, channel: str) -> Fragment:
    """Who has decided about a purpose and channel, and what holds of it. Refuses (ValueError) what is no purpose or
    channel.
    """
    return Fragment(
        DECIDED.format(purpose="%s", channel="%s"), (str(Consent.Purpose(purpose)), str(Consent.Channel(channel)))
    )


def decisions_of(people: Collection[int], asked: Collection[tuple[str, str]]) -> dict[tuple[int, str, str], bool]:
    """What holds of each purpose and channel asked for, by person, purpose, channel; who never decided is not among
    them.
    """
    each = "select c.*, %s as purpose, %s as channel from ({}) c".format(
        _DECIDED.format(purpose="%s", channel="%s", only=" and c.patient_id = any(%s)")
    )
    ids, pairs = sorted(people), sorted({(str(purpose), str(channel)) for purpose, channel in asked})
    if not (ids and pairs):
        return {}
    params = [value for purpose, channel in pairs for value in (purpose, channel, purpose, channel, ids)]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join([each] * len(pairs)), params)
        return {(pk, purpose, channel): granted for pk, granted, purpose, channel in cursor.fetchall()}


def allowed_unasked(purpose: str) -> str:
    """`true` or `false`: whether somebody who never decided is allowed to be approached."""
    return "true" if purpose in UNTIL_REFUSED else "false"


def allowed(purpose: str, channel: str, person: str = "p.id") -> Fragment:
    """The condition on a column with ids of people that it is allowed."""
    found = decided(purpose, channel)
    unasked = purpose in UNTIL_REFUSED
    wanted, operator = ("not d.is_granted", "not in") if unasked else ("d.is_granted", "in")
    return Fragment(f"{person} {operator} (select d.patient_id from ({found.sql}) d where {wanted})", found.params)


def people_allowed(purpose: str, channel: str) -> Q:
    """The condition on people that it is allowed."""
    found = decided(purpose, channel)
    unasked = purpose in UNTIL_REFUSED
    wanted = "not d.is_granted" if unasked else "d.is_granted"
    people = RawSQL(
        f"select d.patient_id from ({found.sql}) d where {wanted}", found.params, output_field=BigIntegerField()
    )
    return ~Q(pk__in=people) if unasked else Q(pk__in=people)
