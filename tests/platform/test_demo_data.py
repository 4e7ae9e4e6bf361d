"""The demo's data, made by the doors a hospital uses, at any hour."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from accounts.models import ApiToken, Hospital, Incident
from followups.models import FollowUpOrder
from hospital_crm.demo.data import load
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import WebhookDelivery, WebhookEndpoint
from patients.models import PatientNote, PersonLabel, PersonTask, PrivacyRequest, Segment

pytestmark = pytest.mark.django_db(transaction=True)


def test_hospital_of_the_demo_is_made_in_the_evening_of_greenwich(settings: Any, tmp_path: Path) -> None:
    """Then it is the next day already in China."""
    settings.PRIVATE_FILES_DIR = tmp_path
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
        states = {"received", "in_work", "waiting", "answered", "refused", "withdrawn"}
        assert set(PrivacyRequest.objects.values_list("state", flat=True)) == states
        assert PrivacyRequest.objects.get(asked_by="guardian").asker_relation == "女儿"
        assert set(ApiToken.objects.values_list("state", flat=True)) == {"asked", "allowed", "refused", "revoked"}
        assert {(one.is_active, ".example.org/" in one.url) for one in WebhookEndpoint.objects.all()} == {(False, True)}
        assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered", "failed", "planned"}
        assert not WebhookDelivery.objects.due(evening + dt.timedelta(days=9)).exists()
        found = [(one.source, one.people > 0) for one in Incident.objects.order_by("pk")]
        assert found[1:3] == [("everybody", True), ("everybody", False)]
