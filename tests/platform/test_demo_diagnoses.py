"""The demo's diagnoses have names, so that the classification reads as a hospital's does."""

import datetime as dt

import pytest

from accounts.models import Hospital
from hospital_crm.demo.data import wards
from hospital_crm.demo.data.diagnoses import GROUPS, bring_table
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import ImportBatch
from patients.models import DiagnosisCode


@pytest.mark.unit
def test_every_diagnosis_of_the_demo_belongs_to_a_group_with_a_name() -> None:
    places = (*wards.NORTH, *wards.SOUTH)
    illnesses = [*wards.SHORT_STAYS, *(illness for place in places for illness in place.illnesses)]
    assert {illness.code[:3] for illness in illnesses} == set(GROUPS)


@pytest.mark.django_db
def test_table_of_diagnoses_comes_in_by_the_wizard(north: Hospital) -> None:
    bring_table(north, now=dt.datetime(2026, 6, 4, 2, 0, tzinfo=dt.UTC))
    with hospital_scope(north):
        assert dict(DiagnosisCode.objects.values_list("code", "name")) == GROUPS
        assert ImportBatch.objects.values_list("kind", "state").get() == ("diagnoses", "done")
