"""Rosters: many members of one unit brought in together, and taken back.

Whoever is named and does not belong to the unit joins; of whoever does, what the roster says replaces what was known,
and what it does not say erases nothing. The same person twice is one member. Whoever leaves on a day to come is a
member until a roster of that day or a later one says so. Whom a complete roster does not name is proposed as left,
never taken out.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction

from accounts.audit import record
from groups import signals
from groups.models import GroupCustomer, GroupMember
from patients.models import Patient

_FIELDS = ("department", "position", "employee_number", "is_key_person", "joined_on")
_KEPT = (*_FIELDS, "left_on", "absent_since")


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A row of a roster about a person on record; None and '' where it does not say."""

    row: int
    patient_id: int
    department: str = ""
    position: str = ""
    employee_number: str = ""
    is_key_person: bool | None = None
    joined_on: dt.date | None = None
    left_on: dt.date | None = None


@dataclass(slots=True)
class RosterOutcome:
    """What a roster led to: rows that made a member and rows that changed one, rows whose person it had named before,
    who had left, or who leaves on a later day; `made` what members began as, `changed` what they were before and after,
    for undoing.
    """

    created_rows: set[int] = field(default_factory=set)
    updated_rows: set[int] = field(default_factory=set)
    twice: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    later: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    made: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)


@transaction.atomic
def bring_roster(
    group_id: int, entries: Sequence[RosterEntry], *, today: dt.date, already: Collection[int] = ()
) -> RosterOutcome:
    """Members join and are corrected; `already`: people whom earlier rows of the same roster named."""
    GroupCustomer.objects.select_for_update().get(pk=group_id)
    people = {entry.patient_id for entry in entries}
    members = {row.patient_id: row for row in GroupMember.objects.current().filter(group=group_id, patient__in=people)}
    erased = set(Patient.objects.filter(pk__in=people, contact_state="erased").values_list("pk", flat=True))
    outcome, seen, made, told = RosterOutcome(), set(already), [], set()
    for entry in entries:
        if entry.patient_id in erased:
            outcome.erased.add(entry.row)
        elif entry.patient_id in seen:
            outcome.twice.add(entry.row)
        elif member := members.get(entry.patient_id):
            if _correct(member, entry, today, outcome):
                told.add(entry.patient_id)
        elif entry.left_on and entry.left_on <= today:
            outcome.gone.add(entry.row)
        else:
            made.append(_joining(group_id, entry))
            outcome.created_rows.add(entry.row)
            told.add(entry.patient_id)
        if entry.left_on and entry.left_on > today and entry.patient_id not in seen and entry.patient_id not in erased:
            outcome.later.add(entry.row)
        seen.add(entry.patient_id)
    rows = GroupMember.objects.bulk_create(made, batch_size=2000)
    outcome.made = [{"member": row.pk, "as": _state(row)} for row in rows]
    corrected = [members[change["patient"]] for change in outcome.changed]
    GroupMember.objects.bulk_update(corrected, _KEPT, batch_size=1000)
    if told:
        record("groups.members.bring", GroupCustomer(pk=group_id), made=len(made), changed=len(corrected))
        signals.members_changed.send(sender=GroupMember, patient_ids=sorted(told))
    return outcome


def _joining(group_id: int, entry: RosterEntry) -> GroupMember:
    return GroupMember(
        group_id=group_id,
        patient_id=entry.patient_id,
        department=entry.department,
        position=entry.position,
        employee_number=entry.employee_number,
        is_key_person=bool(entry.is_key_person),
        joined_on=entry.joined_on,
    )


def _correct(member: GroupMember, entry: RosterEntry, today: dt.date, outcome: RosterOutcome) -> bool:
    """What the row says and was not so; being named again ends the proposal that the person left."""
    before = _state(member)
    for name in _FIELDS:
        value = getattr(entry, name)
        if value not in ("", None):
            setattr(member, name, value)
    member.absent_since = None
    if entry.left_on and entry.left_on <= today:
        member.left_on = max(entry.left_on, member.joined_on or entry.left_on)
    after = _state(member)
    if before == after:
        return False
    outcome.changed.append({"member": member.pk, "patient": member.patient_id, "before": before, "after": after})
    outcome.updated_rows.add(entry.row)
    return True


def _state(member: GroupMember) -> dict[str, Any]:
    values = {name: getattr(member, name) for name in _KEPT}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


@transaction.atomic
def propose_absent(group_id: int, *, named: Collection[int], on: dt.date) -> list[int]:
    """Members whom a complete roster of that day did not name are proposed as left; answers their ids. Whoever is
    proposed already stays so since the earlier day.
    """
    current = GroupMember.objects.current().filter(group=group_id, absent_since__isnull=True)
    missing = [pk for pk, person in current.values_list("pk", "patient_id") if person not in named]
    GroupMember.objects.filter(pk__in=missing).update(absent_since=on)
    return missing


class TakenBack(NamedTuple):
    """Members that went, and those that stay as they are because they were changed since."""

    gone: int
    kept: int


def going(made: Iterable[dict[str, Any]]) -> list[int]:
    """Members a roster made that nobody has changed since, by hand or by another roster: their ids. A proposal that
    they left is no change.
    """
    began = {one["member"]: one["as"] for one in made}
    rows = GroupMember.objects.filter(pk__in=began).order_by("pk")
    return [row.pk for row in rows if _without_proposal(_state(row)) == _without_proposal(began[row.pk])]


def _without_proposal(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name != "absent_since"}


@transaction.atomic
def take_back_roster(
    made: Sequence[dict[str, Any]],
    changed: Iterable[dict[str, Any]],
    absent: Collection[int],
    *,
    absent_on: dt.date | None,
) -> TakenBack:
    """Members whom a roster made go, what it changed is as it was, its proposals end.

    Who was removed or changed since, by hand or by another roster, stays as it is.
    """
    changes = {change["member"]: change for change in changed}
    wanted = [*changes, *(one["member"] for one in made)]
    rows = list(GroupMember.objects.filter(pk__in=wanted).select_for_update().order_by("pk"))
    leaving = set(going(made))
    back = [row for row in rows if row.pk in changes and _state(row) == changes[row.pk]["after"]]
    for row in back:
        for name, value in changes[row.pk]["before"].items():
            setattr(row, name, dt.date.fromisoformat(value) if value and name.endswith(("_on", "_since")) else value)
    GroupMember.objects.bulk_update(back, _KEPT, batch_size=1000)
    GroupMember.objects.filter(pk__in=leaving).delete()
    GroupMember.objects.filter(pk__in=absent, absent_since=absent_on).update(absent_since=None)
    restored = {row.pk for row in back}
    touched = [row for row in rows if row.pk in leaving or row.pk in restored]
    done = TakenBack(len(leaving), len(rows) - len(touched))
    if touched:
        for group_id in sorted({row.group_id for row in touched}):
            group = GroupCustomer(pk=group_id)
            record("groups.members.take_back", group, members=done.gone, restored=len(back), kept=done.kept)
        people = sorted({row.patient_id for row in touched})
        signals.members_changed.send(sender=GroupMember, patient_ids=people)
    return done


def members_named(group_id: int, people: Collection[int]) -> set[int]:
    """Those of these people who belong to the unit."""
    rows = GroupMember.objects.current().filter(group=group_id, patient__in=people)
    return set(rows.values_list("patient_id", flat=True))
