"""The demo's data, made by the doors a hospital uses, at any hour."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Max, Min

from accounts.models import ApiToken, Hospital, Incident, StaffMember, User
from accounts.roles import SHIPPED_ROLES
from followups.models import Attempt, FollowUpOrder, FollowUpRun, OrderState, Tier
from groups.models import GroupVisit
from hospital_crm.demo.accounts import Account, accounts
from hospital_crm.demo.data import load
from hospital_crm.tenancy import queue
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import NameGap, WebhookDelivery, WebhookEndpoint
from patients.models import (
    CheckupFinding,
    Medication,
    Patient,
    PatientNote,
    PersonLabel,
    PersonTask,
    PrivacyRequest,
    Segment,
)

pytestmark = pytest.mark.django_db(transaction=True)

EVENING = dt.datetime(2026, 11, 28, 20, 30, tzinfo=dt.UTC)


def test_demo_is_made_in_the_evening_of_greenwich(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Then it is the next day already in China."""
    settings.PRIVATE_FILES_DIR = settings.DATA_DIR = tmp_path
    monkeypatch.setattr(load, "SIZES", {"small": 160})
    monkeypatch.setattr(load, "SOUTH_PEOPLE", 30)
    with connection.cursor() as cursor:
        cursor.execute("truncate accounts_hospital cascade")
    with workers_asleep(monkeypatch) as asked:
        load.load("small", now=EVENING)
    check_accounts(accounts(tmp_path))
    with hospital_scope(Hospital.objects.get(slug="north")):
        check_followups()
    for name, hospital_id, arguments in asked:
        queue.send(name, hospital_id, *arguments)
    with hospital_scope(Hospital.objects.get(slug="north")):
        check_people()
        check_units()
        check_officers_work()


@contextmanager
def workers_asleep(monkeypatch: Any) -> Iterator[list[tuple[str, int, tuple]]]:
    """The demo is loaded before its workers start; what they are asked for meanwhile."""
    asked: list[tuple[str, int, tuple]] = []
    with monkeypatch.context() as patch:
        patch.setattr(queue, "send", lambda name, hospital_id, *args, queue: asked.append((name, hospital_id, args)))
        yield asked


def check_accounts(rows: list[Account]) -> None:
    """Every role can be tried at both hospitals, and the platform once."""
    everywhere = {(slug, role) for slug in ("north", "south") for role in SHIPPED_ROLES}
    assert sorted((row["hospital"], row["role"]) for row in rows) == sorted({*everywhere, ("platform", "operator")})
    for hospital in Hospital.objects.all():
        with hospital_scope(hospital):
            for row in rows:
                if row["hospital"] == hospital.slug:
                    holders = StaffMember.objects.active().holding(row["role"])
                    assert holders.filter(user__username=row["username"]).exists(), row
    assert User.objects.get(username="operator").check_password(load.DEMO_PASSWORD)


def check_followups() -> None:
    """Everything an order and a run can be is there to be looked at, and so are months of calls."""
    assert set(FollowUpOrder.objects.values_list("state", flat=True)) == set(OrderState.values)
    assert set(FollowUpOrder.objects.values_list("tier", flat=True)) == set(Tier.values)
    assert set(FollowUpRun.objects.values_list("state", flat=True)) == set(FollowUpRun.State.values)
    called = Attempt.objects.aggregate(first=Min("on"), last=Max("on"))
    assert (called["last"] - called["first"]).days > 60


def check_people() -> None:
    """What staff wrote and worked out about people."""
    assert PatientNote.objects.exists()
    assert PersonTask.objects.filter(state="open").exists()
    assert Segment.objects.filter(member_count__gt=0).count() > 1
    assert PersonLabel.objects.current().exists()
    assert CheckupFinding.objects.filter(is_abnormal=True).exists() and Medication.objects.filter(is_long_term=True)
    assert Patient.objects.filter(allergies="碘造影剂").exists() and NameGap.objects.filter(part="department").exists()
    states = {"received", "in_work", "waiting", "answered", "refused", "withdrawn"}
    assert set(PrivacyRequest.objects.values_list("state", flat=True)) == states
    assert PrivacyRequest.objects.get(asked_by="guardian").asker_relation == "女儿"


def check_units() -> None:
    """Contacts with units are planned and called off; nothing is planned with one that has ended."""
    ended = GroupVisit.objects.filter(group__status="ended")
    assert GroupVisit.objects.open().exists() and ended.filter(called_off_on__isnull=False).exists()
    assert not ended.open().exists()


def check_officers_work() -> None:
    """Systems that were joined and incidents that are looked into."""
    assert set(ApiToken.objects.values_list("state", flat=True)) == {"asked", "allowed", "refused", "revoked"}
    assert {(one.is_active, ".example.org/" in one.url) for one in WebhookEndpoint.objects.all()} == {(False, True)}
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered", "failed", "planned"}
    assert not WebhookDelivery.objects.due(EVENING + dt.timedelta(days=9)).exists()
    found = [(one.source, one.people > 0) for one in Incident.objects.order_by("pk")]
    assert found[1:3] == [("everybody", True), ("everybody", False)]
