"""What tests of segments share: rules of one line, whom they find, people with nothing known, visits of one day."""

import datetime as dt
from typing import Any

from patients.domain.segments import compiling
from patients.domain.segments.rules import Group, Line, Rule
from patients.models import Patient, PatientTag, Tag
from tests.patients.care_factories import MembershipFactory
from tests.patients.factories import ConsentFactory, EncounterFactory, PatientFactory

DAY = dt.date(2026, 6, 1)
NOW = dt.datetime(2026, 6, 1, 4, 0, tzinfo=dt.UTC)


def one(fact: str, op: str, *values: str, months: int | None = None, way: str = "") -> Rule:
    """A rule of one line."""
    return Rule(Group("all", (Line(fact, op, values, months, way),)))


def found(rule: Rule) -> set[str]:
    """Names of the people who fulfil a rule."""
    return set(compiling.people_of(rule, day=DAY).values_list("name", flat=True))


def person(name: str, **fields: Any) -> Patient:
    """Somebody without a birth date, phone or visit unless it is said."""
    return PatientFactory(**{"name": name, "birth_date": None, "last_visit_on": None, **fields})


def stay(patient: Patient, day: dt.date, **fields: Any) -> Any:
    """A visit of one day."""
    return EncounterFactory(patient=patient, admitted_on=day, discharged_on=day, **fields)


def marked(patient: Patient) -> Tag:
    """Somebody with a tag, a running VIP membership, a group of the orientation and a consent to health education."""
    tag = Tag.objects.create(name="志愿者")
    PatientTag.objects.create(patient=patient, tag=tag)
    MembershipFactory(patient=patient)
    ConsentFactory(patient=patient)
    patient.orientation = "value"
    patient.save(update_fields=["orientation"])
    return tag
