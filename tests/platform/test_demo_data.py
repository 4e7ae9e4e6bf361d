"""The demo's data, made by the doors a hospital uses, at any hour."""

import datetime as dt

import pytest

from accounts.models import Hospital
from followups.models import FollowUpOrder
from hospital_crm.demo.data import load
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import PatientNote, PersonLabel, PersonTask, Segment

pytestmark = pytest.mark.django_db(transaction=True)


def test_hospital_of_the_demo_is_made_in_the_evening_of_greenwich() -> None:
    """Then it is the next day already in China."""
    evening = dt.datetime(2026, 11, 28, 20, 30, tzinfo=dt.UTC)
    accounts = load.load_hospital(load.HOSPITALS[0], people=80, now=evening, seed=load.SEED)
    roles = {account["role"] for account in accounts}
    assert {"agent", "physician", "nurse", "department_head", "information_officer", "auditor"} < roles
    with hospital_scope(Hospital.objects.get(slug="north")):
        assert set(FollowUpOrder.objects.values_list("state", flat=True)) > {"dispatched", "filed", "void"}
        assert PatientNote.objects.exists()
        assert PersonTask.objects.filter(state="open").exists()
        assert Segment.objects.filter(member_count__gt=0).count() > 1
        assert PersonLabel.objects.current().exists()
