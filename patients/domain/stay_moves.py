"""A stay gets another number, turns out to be the same as another one, or was booked on the wrong person.

A stay that changes hands is cancelled where it was, so that what was planned for it ends there, and stands with
everything that was told of it at the person it belongs to. Of two stays that were one, that of the retired number is
cancelled. Nothing is deleted. Doing it again does nothing.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from patients.domain.records import StayMoveRecord
from patients.domain.visits import VisitOutcome
from patients.models import CheckupFinding, Diagnosis, Encounter, EncounterFact, Medication, Procedure

_LINES: tuple[Any, ...] = (Diagnosis, Procedure, Medication, CheckupFinding, EncounterFact)
_KEY_LENGTH = 120


@dataclass(slots=True)
class Moved:
    """What became of it: the stay that stands, or why nothing was done."""

    encounter_id: int | None = None
    refused: str = ""
    visits: VisitOutcome = field(default_factory=VisitOutcome)


def meant(record: StayMoveRecord) -> list[Encounter]:
    """The stays known under its two numbers, that of the number in use first."""
    keys = [_key(record, record.key), _key(record, record.old_key)]
    rows = Encounter.objects.select_for_update().filter(source_key__in=keys).order_by("pk")
    return sorted(rows, key=lambda stay: keys.index(stay.source_key))


def has_stays(person_id: int) -> bool:
    """Whether any stay of the person counts, which might be the one that was meant."""
    return Encounter.objects.filter(patient_id=person_id, is_cancelled=False).exists()


def settle(
    record: StayMoveRecord, stays: list[Encounter], person_id: int, former_id: int | None, *, now: dt.datetime
) -> Moved:
    """Do it with the stays that `meant` has found. Refused where a stay is of somebody who is not named, where the
    number in use is that of another stay, and where only the stay to be given up ended in death.
    """
    target = next((stay for stay in stays if stay.source_key == _key(record, record.key)), None)
    old = next((stay for stay in stays if stay.source_key == _key(record, record.old_key)), None)
    if old is None or (old.is_cancelled and target is not None):
        old = target
    assert old is not None
    owners = {person_id, former_id} if record.act == "move" else {person_id}
    if {stay.patient_id for stay in (old, target) if stay is not None} - owners:
        return Moved(refused="visit_of_another")
    if old is not target and target is not None:
        return _united(record, old, target, person_id, now)
    if old.patient_id != person_id:
        return _handed_over(record, old, person_id, now)
    wanted = _key(record, record.key)
    if old.source_key != wanted and not old.is_cancelled:
        Encounter.objects.filter(pk=old.pk).update(source_key=wanted, source_at=now)
    return Moved(old.pk)


def _united(record: StayMoveRecord, old: Encounter, target: Encounter, person_id: int, now: dt.datetime) -> Moved:
    if record.act == "renumber" or target.patient_id != person_id:
        return Moved(refused="stay_number_taken")
    if old.is_death and not target.is_death:
        return Moved(refused="stays_differ")
    moved = Moved(target.pk)
    _give_up(old, old.source_key, moved, now)
    return moved


def _handed_over(record: StayMoveRecord, old: Encounter, person_id: int, now: dt.datetime) -> Moved:
    """The stay as it was told, at the person it belongs to."""
    if old.is_cancelled:
        return Moved(old.pk)
    key = _key(record, record.key)
    moved = Moved()
    _give_up(
        old,
        f"{old.source_key[: _KEY_LENGTH - 24]}#moved{old.pk}" if old.source_key == key else old.source_key,
        moved,
        now,
    )
    stay = _copy(old, patient_id=person_id, source_key=key, is_cancelled=False, source_at=now, import_batch_id=None)
    for model in _LINES:
        for line in model.objects.filter(encounter_id=old.pk).order_by("pk"):
            _copy(line, encounter_id=stay.pk)
    moved.encounter_id = stay.pk
    moved.visits.made.append(stay.pk)
    if stay.is_death:
        moved.visits.ended_dead[person_id] = stay.discharged_on
    return moved


def _give_up(stay: Encounter, key: str, moved: Moved, now: dt.datetime) -> None:
    if stay.is_cancelled:
        return
    if stay.is_death:
        moved.visits.not_dead.add(stay.patient_id)
    Encounter.objects.filter(pk=stay.pk).update(source_key=key, is_cancelled=True, source_at=now, import_batch_id=None)
    moved.visits.changed.append(stay.pk)
    moved.visits.withdrawn.append(stay.pk)


def _copy(row: Any, **differing: Any) -> Any:
    """The same row once more, but for its own number and what differs."""
    own = ("id", "public_id", *differing)
    said = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.attname not in own}
    return type(row).objects.create(**said, **differing)


def _key(record: StayMoveRecord, key: str) -> str:
    return f"{record.source}|{key}"[:_KEY_LENGTH]
