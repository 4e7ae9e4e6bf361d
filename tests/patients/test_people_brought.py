"""People of whom no stay is told: recognised as those of stays are, filled, never given a stay."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Hospital
from patients.domain.phones import read_phones
from patients.domain.records import PersonRecord, StayRecord
from patients.domain.registry import Outcome, people_of_each, record_people
from patients.models import ContactPoint, Encounter, Identifier, Patient
from tests.integrations.lists import identity
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)


def brought(*records: PersonRecord, **how: str) -> Outcome:
    return record_people(records, now=timezone.now(), today=TODAY, **how)


def test_somebody_unknown_is_made_without_a_stay(in_north: Hospital) -> None:
    phones = read_phones("13800000001").numbers
    born = dt.date(1960, 1, 1)
    record = PersonRecord(7, "甘书远", sex="M", birth_date=born, identity_number=identity(), phones=phones)
    outcome = brought(record, kind="prospect")
    person = Patient.objects.get()
    assert (person.name, person.kind, person.phone, person.last_visit_on) == ("甘书远", "prospect", "13800000001", None)
    assert (outcome.made, outcome.person_of) == ({person.pk}, {7: person.pk})
    assert (Identifier.objects.count(), ContactPoint.objects.count(), Encounter.objects.count()) == (1, 1, 0)
    again = brought(record)
    assert (again.made, again.matched, Patient.objects.get().kind) == (set(), {person.pk}, "prospect")


def test_two_names_under_one_identity_number_stay_two_people(in_north: Hospital) -> None:
    outcome = brought(
        PersonRecord(1, "甘书远", identity_number=identity()), PersonRecord(2, "乔明", identity_number=identity())
    )
    assert ([conflict.code for conflict in outcome.conflicts], Patient.objects.count()) == (["identity_conflict"], 2)


def test_death_of_somebody_known_is_reported(in_north: Hospital) -> None:
    known = PatientFactory(name="甘书远")
    brought(PersonRecord(1, "甘书远", identity_number=identity()))
    made = Patient.objects.exclude(pk=known.pk).get()
    brought(PersonRecord(1, "甘书远", identity_number=identity(), died_on=TODAY))
    made.refresh_from_db()
    assert (made.contact_state, made.deceased_on) == ("deceased", TODAY)


def test_death_of_which_no_day_is_said_is_reported_too(in_north: Hospital) -> None:
    brought(PersonRecord(1, "甘书远", identity_number=identity()))
    brought(PersonRecord(1, "甘书远", identity_number=identity(), is_dead=True))
    made = Patient.objects.get()
    assert (made.contact_state, made.deceased_on) == ("deceased", None)


def test_people_are_named_record_by_record(in_north: Hospital) -> None:
    brought(PersonRecord(1, "甘书远", identity_number=identity()))
    person = Patient.objects.get()
    named = people_of_each(
        [PersonRecord(1, "甘书远", identity_number=identity()), PersonRecord(2, "乔明", record_number="ZY9")]
    )
    assert named == [{person.pk}, set()]


def test_content_tells_everything_but_the_place(in_north: Hospital) -> None:
    stay = StayRecord(1, "甘书远", discharged_on=TODAY)
    assert stay.content == StayRecord(2, "甘书远", discharged_on=TODAY).content
    assert stay.content != StayRecord(1, "甘书远", discharged_on=TODAY, bed="3").content
