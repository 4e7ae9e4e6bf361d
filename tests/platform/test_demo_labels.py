"""Groups and stages of the demo's people: of a large hospital they are worked out in parts that tell how far it is."""

import datetime as dt

import pytest

from accounts.models import Hospital
from hospital_crm.demo.data import labels
from patients.domain import classification
from patients.models import Encounter
from tests.accounts.factories import DepartmentFactory
from tests.patients.factories import PatientFactory


def test_labels_tell_how_far_they_are(in_north: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classification, "AT_ONCE", 2)
    monkeypatch.setattr(labels, "AT_ONCE", 2)
    department = DepartmentFactory()
    for _person in range(13):
        PatientFactory(last_department=department, birth_date=dt.date(1980, 1, 1))
    told: list[tuple[int, int]] = []
    labels.give_past(in_north, today=dt.date(2026, 11, 28), seed=1, told=lambda *how_far: told.append(how_far))
    assert told == [(2, 5), (3, 5), (4, 5), (5, 5)]
    assert Encounter.objects.filter(kind="checkup").count() == 1
    told.clear()
    now = dt.datetime(2026, 11, 28, 2, 0, tzinfo=dt.UTC)
    classification.classify_hospital(in_north, now=now, told=lambda *how_far: told.append(how_far))
    assert told[:2] == [(2, 13), (4, 13)]
    assert told[-1] == (13, 13)
