"""A stay gets another number, turns out to be the same as another one, or was booked on the wrong person.

A stay that changes hands is cancelled where it was, so that what was planned for it ends there, and stands with
everything that was told of it at the person it belongs to. Of two stays that were one, that of the retired number is
cancelled, and the other takes what only the cancelled one knows. A number that is retired is remembered at the stay
that stands (`former_keys`). Nothing is deleted. Doing it again does nothing.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from patients.domain.records import StayMoveRecord
from patients.domain.visits import VisitOutcome
from patients.models import CheckupFinding, Diagnosis, Encounter, EncounterFact, Medication, Procedure

_LINES: tuple[Any, ...] = (Diagnosis, Procedure, Medication, CheckupFinding, EncounterFact)
_KEY_LENGTH = 120
# what belongs together is copied together, where the first of it is not known
_TOLD = (
    *(("discharged_on", "discharged_at", "disposition"), ("diagnosis_code",), ("diagnosis_text",)),
    *(("department_id",), ("ward_id",), ("bed",), ("attending_name", "attending_id"), ("admitted_at",)),
    *(("nurse_name", "nurse_id"), ("age_told",)),
    *(("discharge_instructions",), ("revisit_on",), ("surgery_level",), ("icu",), ("critical",), ("fees",)),
    ("outcome",),
)


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
        _rename(old, wanted, now, record.told_by)
    return Moved(old.pk)


def follow_number(person_id: int, old: str, new: str, *, now: dt.datetime) -> None:
    """The keys that count the stays of a person by the number are those of the new number; a key that another stay has
    is left alone.
    """
    for stay in Encounter.objects.select_for_update().filter(patient_id=person_id).order_by("pk"):
        source, _bar, key = stay.source_key.partition("|")
        number, _dash, count = key.rpartition("-")
        wanted = f"{source}|{new}-{count}"[:_KEY_LENGTH]
        is_counted = number == old and count.isdigit() and len(count) < 4
        if is_counted and not Encounter.objects.filter(source_key=wanted).exists():
            _rename(stay, wanted, now, stay.source)


def _rename(stay: Encounter, key: str, now: dt.datetime, told_by: str) -> None:
    said = {"source_key": key, "former_keys": _former(stay, but=key), "source_at": now}
    Encounter.objects.filter(pk=stay.pk).update(**said, source=told_by or stay.source)


def _former(*stays: Encounter, but: str) -> list[str]:
    """All keys that these stays have and had, but for the one in use."""
    keys = [key for stay in stays for key in (stay.source_key, *(stay.former_keys or ()))]
    return [key for key in dict.fromkeys(keys) if key != but]


def _united(record: StayMoveRecord, old: Encounter, target: Encounter, person_id: int, now: dt.datetime) -> Moved:
    if record.act == "renumber" or target.patient_id != person_id:
        return Moved(refused="stay_number_taken")
    if old.is_death and not target.is_death:
        return Moved(refused="stays_differ")
    moved = Moved(target.pk)
    target.source = record.told_by or target.source
    _complete(target, old, now)
    _give_up(old, old.source_key, moved, now)
    moved.visits.changed.append(target.pk)
    if target.is_death:
        moved.visits.ended_dead[person_id] = target.discharged_on
    return moved


def _complete(stay: Encounter, other: Encounter, now: dt.datetime) -> None:
    """What the stay lacks and the other one knows; an end before its beginning is none."""
    unknown = (None, "", Encounter.Disposition.UNKNOWN)
    for names in _TOLD:
        ends_before = names[0] == "discharged_on" and (other.discharged_on or stay.admitted_on) < stay.admitted_on
        if getattr(stay, names[0]) not in unknown or ends_before:
            continue
        for name in names:
            if getattr(stay, name) in unknown:
                setattr(stay, name, getattr(other, name))
    stay.former_keys = _former(stay, other, but=stay.source_key)
    stay.source_at, stay.import_batch_id = now, None
    stay.save()
    for model in _LINES:
        known = set(model.objects.filter(encounter_id=stay.pk).values_list(_names(model), flat=True))
        if model is EncounterFact or not known:
            for line in model.objects.filter(encounter_id=other.pk).order_by("pk"):
                if getattr(line, _names(model)) not in known:
                    _copy(line, encounter_id=stay.pk)


def _names(model: Any) -> str:
    """What tells the lines of a stay apart: facts by what they are about, the others by their rank."""
    return "key" if model is EncounterFact else "rank"


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
    said = {"patient_id": person_id, "source_key": key, "former_keys": _former(old, but=key) or None}
    said["source"] = record.told_by or old.source
    stay = _copy(old, **said, is_cancelled=False, source_at=now, import_batch_id=None)
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
