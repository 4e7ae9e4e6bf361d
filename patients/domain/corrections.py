"""What a message corrects on a person who is known: what it says replaces what was there, what it deletes is emptied.

Unlike a list, a message comes from the system that keeps the person. The name is never changed here: another name under
a known number is a contradiction for somebody to decide.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction

from patients.domain.divisions import code_of
from patients.domain.joined_texts import parts_of
from patients.domain.reach import refresh_phone
from patients.domain.records import PersonRecord
from patients.domain.regions import county_of
from patients.domain.staging import update_staged
from patients.models import ContactPoint, Patient
from patients.signals import birth_dates_changed

_ALLERGIES = 200
# field of the record → columns of the person that hold it, with their lengths
_COLUMNS: dict[str, tuple[str, int]] = {
    "sex": ("sex", 1),
    "address": ("address", 200),
    "occupation": ("occupation", 60),
    "education": ("education", 14),
    "marital_status": ("marital_status", 10),
    "insurance": ("insurance_type", 40),
    "allergies": ("allergies", _ALLERGIES),
}
_CORRECTED = ("birth_date", "region", "division_code", *(column for column, _ in _COLUMNS.values()))
_BORN = _CORRECTED.index("birth_date")
_WRITTEN = {**dict.fromkeys(_CORRECTED, "text"), "birth_date": "date", "his_seen_at": "timestamptz"}


def correct_people(told: Sequence[tuple[int, PersonRecord]], *, now: dt.datetime) -> list[tuple[int, str]]:
    """Apply these records to their people, in order; answers findings by row. Erased records stay empty."""
    known = Patient.objects.exclude(contact_state=Patient.ContactState.ERASED).only("id", "phone", *_CORRECTED)
    people = known.in_bulk([person_id for person_id, _ in told])
    before = {person_id: _values(person) for person_id, person in people.items()}
    findings = [
        (record.row, "allergies_too_many")
        for person_id, record in told
        if person_id in people and not _correct(people[person_id], record)
    ]
    changed = [person for person_id, person in people.items() if _values(person) != before[person_id]]
    if changed:
        update_staged(Patient, _WRITTEN, ([person.pk, *_values(person), now] for person in changed))
    if born := [person.pk for person in changed if person.birth_date != before[person.pk][_BORN]]:
        birth_dates_changed.send(sender=Patient, patient_ids=born)
    _forget_phones(told)
    _call_first(told, people)
    return findings


def _values(person: Patient) -> tuple[Any, ...]:
    return tuple(getattr(person, name) for name in _CORRECTED)


def _correct(person: Patient, record: PersonRecord) -> bool:
    """Whether everything said could be written; of allergies each is written whole or not at all."""
    is_whole = True
    for name, (column, length) in _COLUMNS.items():
        said = getattr(record, name)
        if name in record.deleted:
            setattr(person, column, "U" if name == "sex" else "")
        elif said and said != "U":
            setattr(person, column, said[:length])
    if record.allergy_changes:
        person.allergies, is_whole = _with_changes(person.allergies, record.allergy_changes)
    if record.birth_date is not None or "birth_date" in record.deleted:
        person.birth_date = record.birth_date
    if record.address or "address" in record.deleted:
        person.region = county_of(record.address)
        person.division_code = code_of(person.region, record.address)
    return is_whole


def _with_changes(allergies: str, changes: Iterable[tuple[str, str]]) -> tuple[str, bool]:
    """Allergies with some added and some taken away, and whether all fitted. What is written otherwise stays, rather
    one too many; one that does not fit any more is not added.
    """
    is_whole = True
    known = parts_of(allergies)
    for act, words in changes:
        if act == "delete":
            known = [one for one in known if one.casefold() != words.casefold()]
        elif words.casefold() in (one.casefold() for one in known):
            continue
        elif len("、".join([*known, words])) <= _ALLERGIES:
            known.append(words)
        else:
            is_whole = False
    return "、".join(known), is_whole


def _forget_phones(told: Iterable[tuple[int, PersonRecord]]) -> None:
    """Telephones that the source had told and has taken away; what it tells with that or after it stays, and what staff
    entered.
    """
    told_since: dict[int, set[str]] = {}
    for person_id, record in told:
        if "phones" in record.deleted:
            told_since[person_id] = set()
        if person_id in told_since:
            told_since[person_id] |= {phone.value for phone in record.phones}
    for person_id, phones in told_since.items():
        points = ContactPoint.objects.filter(patient_id=person_id, system="phone", source="his")
        for point in points.exclude(value__in=phones):
            _forget(point)
    for person in Patient.objects.filter(pk__in=told_since).order_by("pk"):
        refresh_phone(person)


def _forget(point: ContactPoint) -> None:
    """A number that was called stays, as one that must not be called any more; another goes."""
    try:
        with transaction.atomic():
            ContactPoint.objects.filter(pk=point.pk)._raw_delete(connection.alias)
    except IntegrityError:
        ContactPoint.objects.filter(pk=point.pk).update(number_state=ContactPoint.NumberState.DEAD)


def _call_first(told: Iterable[tuple[int, PersonRecord]], people: dict[int, Patient]) -> None:
    """A telephone that the source names first is tried first, before others it told earlier."""
    newest = {person_id: record.phones[0].value for person_id, record in told if record.phones}
    moved = {key: phone for key, phone in newest.items() if key in people and people[key].phone != phone}
    if not moved:
        return
    points: dict[int, list[ContactPoint]] = {}
    for point in ContactPoint.objects.filter(patient_id__in=moved, system="phone").order_by("rank", "id"):
        points.setdefault(point.patient_id, []).append(point)
    done = {key for key, phone in moved.items() if _put_first(points.get(key, []), phone)}
    for key in done:
        refresh_phone(people[key])


def _put_first(points: list[ContactPoint], phone: str) -> bool:
    """Before the other telephones of the source; what staff put first, found dead, or let end stays where it is."""
    point = next((one for one in points if one.value == phone), None)
    if point is None or not point.may_be_dialled or any(one.source != "his" for one in points):
        return False
    ordered = [point, *(one for one in points if one is not point)]
    for rank, one in enumerate(ordered, 1):
        one.rank = rank
    ContactPoint.objects.bulk_update(ordered, ["rank"])
    return True
