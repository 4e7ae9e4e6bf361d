"""Who refuses to be sorted has no labels and is in no segment, at once; care goes on."""

import datetime as dt

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.public_links import ensure
from accounts.models import Department, Hospital, PublicLink
from patients.domain import classification
from patients.domain.consents import is_allowed, withdraw
from patients.domain.granting import Yes, grant
from patients.domain.label_overrides import LabelOverrideError, set_by_hand
from patients.domain.label_reading import asked_now
from patients.domain.segments import refreshing, rules
from patients.models import Patient, PersonLabel, Segment, SegmentMember, SegmentVersion
from tests.accounts.factories import DepartmentFactory
from tests.cast import Cast, actor_of, client_of
from tests.patients.factories import EncounterFactory, PatientFactory
from tests.patients.segment_scene import found, one

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def department(in_north: Hospital) -> Department:
    return DepartmentFactory()


@pytest.fixture
def person(department: Department) -> Patient:
    """Somebody with a stay of last month, labelled by the rules."""
    day = NOW.date() - dt.timedelta(days=30)
    patient = PatientFactory(name="谢小窗", sex="M", last_visit_on=day)
    EncounterFactory(patient=patient, department=department, admitted_on=day, discharged_on=day)
    classification.classify(patient_ids=[patient.pk], now=NOW)
    patient.refresh_from_db()
    assert (patient.visit_cycle, PersonLabel.objects.current().exists()) == ("first", True)
    return patient


def refuse(patient: Patient) -> None:
    withdraw(person=patient, purpose="profiling", source="online", now=NOW)


def test_labels_that_a_worker_made_a_moment_later_end_too(person: Patient) -> None:
    """The refusal waited for the worker: its moment lies before theirs."""
    PersonLabel.objects.current().filter(patient=person).update(since_at=NOW + dt.timedelta(seconds=5))
    refuse(person)
    ended = PersonLabel.objects.filter(patient=person).values_list("until_at", flat=True)
    assert set(ended) == {NOW + dt.timedelta(seconds=5)}


def test_labels_end_at_once_and_come_back_when_allowed(person: Patient) -> None:
    refuse(person)
    person.refresh_from_db()
    assert (person.visit_cycle, person.life_cycle, person.orientation) == ("", "", "")
    assert not PersonLabel.objects.current().filter(patient=person).exists()
    assert classification.classify(patient_ids=[person.pk], now=NOW) == 0
    assert (asked_now(person, now=NOW), is_allowed(person, "care", "phone")) == ({}, True)
    ensure("preferences", [person.pk], now=NOW)
    given = {"source": "online", "wording_version": "S1", "language": "zh-hans", "link": PublicLink.objects.get()}
    grant(person=person, yes=Yes(purpose="profiling", channel="any", **given), now=NOW)
    person.refresh_from_db()
    assert person.visit_cycle == "first"


def test_nightly_run_labels_nobody_who_refuses(person: Patient, in_north: Hospital) -> None:
    refuse(person)
    classification.classify_hospital(in_north, now=NOW)
    assert not PersonLabel.objects.current().filter(patient=person).exists()


def test_nobody_sorts_them_by_hand(person: Patient, cast: Cast) -> None:
    refuse(person)
    until = NOW.date() + dt.timedelta(days=9)
    with pytest.raises(LabelOverrideError) as refusal:
        set_by_hand(
            patient=person,
            axis="orientation",
            value="value",
            reason="熟悉",
            until=until,
            actor=actor_of(cast.sun),
            now=NOW,
        )
    assert str(refusal.value) == _("The person refuses to be sorted into groups.")


def test_no_segment_has_them(person: Patient) -> None:
    PatientFactory(name="谢小灯", sex="M")
    rule = one("sex", "in", "M")
    segment = Segment.objects.create(name="男", facts=["sex"])
    SegmentVersion.objects.create(segment=segment, number=1, rule=rules.as_json(rule))
    refreshing.refresh(segment.pk, now=NOW)
    assert (found(rule), SegmentMember.objects.filter(segment=segment).count()) == ({"谢小窗", "谢小灯"}, 2)
    refuse(person)
    assert (found(rule), SegmentMember.objects.filter(segment=segment).count()) == ({"谢小灯"}, 1)
    refreshing.refresh(segment.pk, now=NOW)
    assert SegmentMember.objects.filter(segment=segment).count() == 1


def test_card_of_labels_says_so(person: Patient, cast: Cast) -> None:
    refuse(person)
    sun = client_of(cast.sun)
    text = sun.get(sun.url("patients:panel-labels", person.public_id)).content.decode()
    assert (_("The person refuses to be sorted into groups.") in text, "label-by-hand" in text) == (True, False)
