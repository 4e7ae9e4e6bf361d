"""Memberships of one person in one unit that two records had: of the two one row stays, with what either says.

A key person of either is one, a member since the earlier day, and missing in a roster only where both are.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from groups import signals
from groups.models import BenefitUse, GroupCustomer, GroupMember
from patients.models import Patient, PersonMerger

_TEXTS = ("department", "position", "employee_number")
_FIELDS = ("is_key_person", "joined_on", "absent_since", *_TEXTS)
# of a row: what it said before, and what it says of both
_Before = tuple[Mapping[str, Any], Mapping[str, Any]]


def bring_people_together(*, kept: Patient, merged: Patient) -> None:
    """Two records are one person; the second one's rows still hang on it."""
    theirs = {row.group_id: row for row in GroupMember.objects.current().filter(patient=merged)}
    for row in GroupMember.objects.current().filter(patient=kept, group__in=theirs):
        _join(row, theirs[row.group_id])
    if theirs:
        signals.members_changed.send(sender=GroupMember, patient_ids=[kept.pk])


def take_people_apart(*, kept: Patient, other: Patient, merger: PersonMerger) -> None:
    """They are two after all: the kept one's rows say again what they said, unless somebody has changed it since. What
    was entered since has been divided before.
    """
    rows = [row for row in merger.before.get("groups.groupmember.patient", []) if row["left_on"] is None]
    theirs = {row["group_id"]: row for row in rows if row["patient_id"] == other.pk}
    ours = [row for row in rows if row["patient_id"] == kept.pk and row["group_id"] in theirs]
    undo((row, _both(row, theirs[row["group_id"]])) for row in ours)
    people = GroupMember.objects.current().filter(patient__in=[kept, other]).values_list("patient_id", flat=True)
    if concerned := sorted(set(people)):
        signals.members_changed.send(sender=GroupMember, patient_ids=concerned)


def told_member(row: GroupMember) -> str:
    """A membership in a few words, for whoever takes a union of two people apart."""
    return " ".join(filter(None, (row.group.name, str(row.joined_on or ""))))


def told_use(row: BenefitUse) -> str:
    """A use of a benefit in a few words, for whoever takes a union of two people apart."""
    return f"{row.benefit.name} {row.used_on}"


def bring_units_together(kept: GroupCustomer, other: GroupCustomer) -> list[_Before]:
    """Two records are one unit; the second one's rows still hang on it. Answers what `undo` takes."""
    theirs = {row.patient_id: row for row in GroupMember.objects.current().filter(group=other)}
    ours = GroupMember.objects.current().filter(group=kept)
    return [_join(row, theirs[row.patient_id]) for row in ours if row.patient_id in theirs]


def undo(joined: Iterable[_Before]) -> None:
    """Rows say again what they said before, where they still say what the union wrote."""
    for before, written in joined:
        rows: QuerySet[GroupMember] = GroupMember.objects.filter(pk=before["id"])
        present = next(map(_said, rows), {})
        back = {name: before[name] for name in _FIELDS if written[name] != before[name]}
        rows.update(**{name: value for name, value in back.items() if present.get(name) == written[name]})


def _join(ours: GroupMember, theirs: GroupMember) -> _Before:
    before = _said(ours)
    written = _both(before, _said(theirs))
    GroupMember.objects.filter(pk=ours.pk).update(**written)
    return before, written


def _said(row: GroupMember) -> dict[str, Any]:
    """A row as the record of a union keeps it."""
    values = {name: getattr(row, name) for name in ("id", *_FIELDS)}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def _both(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What both rows say together; days are ISO texts."""
    days = [row["joined_on"] for row in (ours, theirs) if row["joined_on"]]
    absent = [row["absent_since"] for row in (ours, theirs)]
    return {
        "is_key_person": ours["is_key_person"] or theirs["is_key_person"],
        "joined_on": min(days, default=None),
        "absent_since": max(absent) if all(absent) else None,
        **{name: ours[name] or theirs[name] for name in _TEXTS},
    }
