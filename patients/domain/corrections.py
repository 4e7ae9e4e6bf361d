"""What a message corrects on a person who is known: what it says replaces what was there, what it deletes is emptied.

Unlike a list, a message comes from the system that keeps the person. The name is never changed here: another name under
a known number is a contradiction for somebody to decide.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction

from patients.domain.reach import refresh_phone
from patients.domain.records import PersonRecord
from patients.domain.regions import county_of
from patients.domain.staging import update_staged
from patients.models import ContactPoint, Patient

# field of the record → columns of the person that hold it, with their lengths
_COLUMNS: dict[str, tuple[str, int]] = {
    "sex": ("sex", 1),
    "address": ("address", 200),
    "occupation": ("occupation", 60),
    "education": ("education", 14),
    "marital_status": ("marital_status", 10),
    "insurance": ("insurance_type", 40),
    "allergies": ("allergies", 200),
}
_BETWEEN = re.compile(r"[、，；,;\n]")
_CORRECTED = ("birth_date", "region", *(column for column, _ in _COLUMNS.values()))
_WRITTEN = {**dict.fromkeys(_CORRECTED, "text"), "birth_date": "date", "his_seen_at": "timestamptz"}


def correct_people(told: Sequence[tuple[int, PersonRecord]], *, now: dt.datetime) -> set[int]:
    """Apply these records to their people, in order; answers whose values changed. Erased records stay empty."""
    known = Patient.objects.exclude(contact_state=Patient.ContactState.ERASED).only("id", "phone", *_CORRECTED)
    people = known.in_bulk([person_id for person_id, _ in told])
    before = {person_id: _values(person) for person_id, person in people.items()}
    for person_id, record in told:
        if person_id in people:
            _correct(people[person_id], record)
    changed = [person for person_id, person in people.items() if _values(person) != before[person_id]]
    if changed:
        update_staged(Patient, _WRITTEN, ([person.pk, *_values(person), now] for person in changed))
    renumbered = _forget_phones(told) | _call_first(told, people)
    return {person.pk for person in changed} | renumbered


def _values(person: Patient) -> tuple[Any, ...]:
    return tuple(getattr(person, name) for name in _CORRECTED)


def _correct(person: Patient, record: PersonRecord) -> None:
    for name, (column, length) in _COLUMNS.items():
        said = getattr(record, name)
        if name in record.deleted:
            setattr(person, column, "U" if name == "sex" else "")
        elif said and said != "U":
            setattr(person, column, said[:length])
    if record.allergy_changes:
        person.allergies = _with_changes(person.allergies, record.allergy_changes)
    if record.birth_date is not None or "birth_date" in record.deleted:
        person.birth_date = record.birth_date
    if record.address or "address" in record.deleted:
        person.region = county_of(record.address)


def _with_changes(allergies: str, changes: Iterable[tuple[str, str]]) -> str:
    """Allergies with some added and some taken away; what is written otherwise stays, rather one too many."""
    known = [one for part in _BETWEEN.split(allergies) if (one := part.strip())]
    for act, words in changes:
        if act == "delete":
            known = [one for one in known if one.casefold() != words.casefold()]
        elif words.casefold() not in (one.casefold() for one in known):
            known.append(words)
    return "、".join(known)[:200]


def _forget_phones(told: Iterable[tuple[int, PersonRecord]]) -> set[int]:
    """Telephones that the source had told and has taken away; what staff entered stays."""
    people = {person_id for person_id, record in told if "phones" in record.deleted}
    for person_id in people:
        for point in ContactPoint.objects.filter(patient_id=person_id, system="phone", source="his"):
            _forget(point)
    for person in Patient.objects.filter(pk__in=people).order_by("pk"):
        refresh_phone(person)
    return people


def _forget(point: ContactPoint) -> None:
    """A number that was called stays, as one that must not be called any more; another goes."""
    try:
        with transaction.atomic():
            ContactPoint.objects.filter(pk=point.pk)._raw_delete(connection.alias)
    except IntegrityError:
        ContactPoint.objects.filter(pk=point.pk).update(number_state=ContactPoint.NumberState.DEAD)


def _call_first(told: Iterable[tuple[int, PersonRecord]], people: dict[int, Patient]) -> set[int]:
    """A telephone that the source names first is tried first, before others it told earlier."""
    newest = {person_id: record.phones[0].value for person_id, record in told if record.phones}
    moved = {key: phone for key, phone in newest.items() if key in people and people[key].phone != phone}
    if not moved:
        return set()
    points: dict[int, list[ContactPoint]] = {}
    for point in ContactPoint.objects.filter(patient_id__in=moved, system="phone").order_by("rank", "id"):
        points.setdefault(point.patient_id, []).append(point)
    done = {key for key, phone in moved.items() if _put_first(points.get(key, []), phone)}
    for key in done:
        refresh_phone(people[key])
    return done


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
