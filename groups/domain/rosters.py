"""Rosters: many members of one unit brought in together, and taken back.

Whoever is named and does not belong to the unit joins; of whoever does, what the roster says replaces what was known,
and what it does not say erases nothing. The same person twice is one member. Whom a complete roster does not name is
proposed as left, never taken out.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

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
    """What a roster led to: rows that made a member and rows that changed one, rows whose person it had named before
    or who had left; `made` ids, `changed` what members were before and after, for undoing.
    """

    created_rows: set[int] = field(default_factory=set)
    updated_rows: set[int] = field(default_factory=set)
    twice: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    made: list[int] = field(default_factory=list)
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
        seen.add(entry.patient_id)
    outcome.made = [row.pk for row in GroupMember.objects.bulk_create(made, batch_size=2000)]
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
        left_on=entry.left_on,
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


@transaction.atomic
def take_back_roster(
    made: Collection[int], changed: Iterable[dict[str, Any]], absent: Collection[int], *, absent_on: dt.date | None
) -> int:
    """Members whom a roster made go, what it changed is as it was, its proposals end; answers how many members went.

    What somebody has changed by hand since stays as it is.
    """
    mine = GroupMember.objects.filter(pk__in=made)
    people = set(mine.values_list("patient_id", flat=True))
    gone = mine.count()
    groups = set(mine.values_list("group_id", flat=True))
    mine.delete()
    changes = {change["member"]: change for change in changed}
    rows = list(GroupMember.objects.filter(pk__in=changes).select_for_update().order_by("pk"))
    back = [row for row in rows if _state(row) == changes[row.pk]["after"]]
    for row in back:
        for name, value in changes[row.pk]["before"].items():
            setattr(row, name, dt.date.fromisoformat(value) if value and name.endswith(("_on", "_since")) else value)
    GroupMember.objects.bulk_update(back, _KEPT, batch_size=1000)
    GroupMember.objects.filter(pk__in=absent, absent_since=absent_on).update(absent_since=None)
    people |= {row.patient_id for row in back}
    groups |= {row.group_id for row in back}
    if people:
        for group_id in sorted(groups):
            record("groups.members.take_back", GroupCustomer(pk=group_id), members=gone, restored=len(back))
        signals.members_changed.send(sender=GroupMember, patient_ids=sorted(people))
    return gone


def members_named(group_id: int, people: Collection[int]) -> set[int]:
    """Those of these people who belong to the unit."""
    rows = GroupMember.objects.current().filter(group=group_id, patient__in=people)
    return set(rows.values_list("patient_id", flat=True))
