"""Pages of VIP memberships: granted, renewed, ended, counted; lists, levels, services, standards; who may."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import levels
from patients.domain.memberships import MembershipError
from patients.models import (
    Membership,
    MembershipLevel,
    ServiceUse,
)
from tests.cast import Cast, MountedClient, client_of
from tests.patients.care_factories import MembershipFactory
from tests.patients.factories import PatientFactory

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 1)
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


def test_pages_of_a_membership(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="王甲")
        level, contact = MembershipLevel.objects.first(), cast.sun
        assert contact and cast.zhou
    manager = client_of(cast.qian)
    path = f"patients/{person.public_id}"
    assert manager.get(f"{path}/membership/").status_code == 200
    said = {"level": level.pk, "starts_on": "2026-01-01", "ends_on": "2025-01-01", "contact": contact.pk}
    assert manager.post(f"{path}/membership/", said).status_code == 422
    answer = manager.post(f"{path}/membership/", {**said, "ends_on": "2031-01-01", "deputy": cast.zhou.pk})
    assert answer.status_code == 302
    with hospital_scope(north):
        row = Membership.objects.get()
        service = level.services.first()
    own = f"patients/members/{row.public_id}"
    agent = client_of(cast.sun)
    assert (
        agent.post(f"{own}/services/", {"service": service.pk, "on": "2026-11-01", "note": "专家号"}).status_code == 302
    )
    panel = agent.get(f"{path}/panels/membership/")
    assert (panel.context["running"], panel.context["services"][0].used, panel.context["may_grant"]) == (row, 1, False)
    with hospital_scope(north):
        use = ServiceUse.objects.get()
    assert agent.post(f"{own}/services/{use.pk}/back/").status_code == 302
    assert manager.post(f"{own}/contacts/", {"contact": cast.zhou.pk}).status_code == 302
    assert manager.post(f"{own}/renew/", {"level": level.pk, "ends_on": "2032-01-01"}).status_code == 302
    assert manager.post(f"{own}/end/", {"on": "2026-11-28", "reason": "搬走"}).status_code == 302
    with hospital_scope(north):
        row.refresh_from_db()
        assert (row.state, row.contact_id, ServiceUse.objects.count()) == ("ended", cast.zhou.pk, 0)
    assert agent.get(f"{own}/services/").status_code == 404


def test_pages_are_guarded(north: Hospital, south: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(south):
        foreign = MembershipFactory()
    with hospital_scope(north):
        row = MembershipFactory(contact=cast.sun)
        level = row.level
    own = f"patients/members/{row.public_id}"
    manager, agent, auditor = client_as("centre_manager"), client_as("agent"), client_as("auditor")
    for page in ("renew", "end", "contacts", "services"):
        assert manager.get(f"patients/members/{foreign.public_id}/{page}/").status_code == 404
        assert manager.get(f"{own}/{page}/").status_code == 200
        assert manager.put(f"{own}/{page}/").status_code == 405
    assert agent.get(f"{own}/end/").status_code == 403
    assert agent.get(f"patients/{row.patient.public_id}/membership/").status_code == 403
    assert agent.get(f"patients/members/levels/{level.public_id}/").status_code == 403
    assert auditor.get("patients/members/").status_code == 403
    assert auditor.get("patients/members/levels/").status_code == 403


def test_lists_ask_as_often_for_three_members_as_for_one(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    manager, counts = client_as("centre_manager"), []
    for wanted in (1, 2):
        with hospital_scope(north):
            for _one in range(wanted):
                MembershipFactory(contact=cast.sun, ends_on=dt.date(2030, 1, 1))
        manager.get("patients/members/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = manager.get("patients/members/")
        counts.append(len(queries))
    assert (len(page.context["rows"]), counts[0] == counts[1], counts[0] <= 15) == (3, True, True)


def test_levels_services_and_standards_are_changed(north: Hospital, client_as: ClientAs, actor: ActorOf) -> None:
    manager = client_as("centre_manager")
    values = {"text_zh-hans": "白金", "rank": 4, "booking_priority": 5, "call_priority": 5, "is_offered": "on"}
    values |= {"answer_minutes": 20, "first_appointment_days": 4}
    assert manager.post("patients/members/levels/new/", {**values, "booking_priority": 100}).status_code == 422
    assert manager.post("patients/members/levels/new/", values).status_code == 302
    with hospital_scope(north):
        level = MembershipLevel.objects.get(rank=4)
    service = {"text_zh-hans": "接送", "times": "", "per": "month", "is_active": "on"}
    assert manager.post(f"patients/members/levels/{level.public_id}/services/", service).status_code == 302
    with hospital_scope(north):
        row = level.services.get()
    twice = manager.post(f"patients/members/levels/services/{row.public_id}/", {**service, "times": 2})
    assert twice.status_code == 302
    standard = {"text_zh-hans": "快", "answer_minutes": 9, "first_appointment_days": 1}
    assert manager.post("patients/members/levels/standards/general/", standard).status_code == 302
    assert manager.get("patients/members/levels/standards/none/").status_code == 404
    assert manager.get("patients/members/levels/").status_code == 200
    with hospital_scope(north):
        row.refresh_from_db()
        standard_of_all = levels.standard_of(PatientFactory(), None)
        assert (str(level), row.times, standard_of_all.answer_minutes) == ("白金", 2, 9)
        with pytest.raises(MembershipError):
            levels.save_level(level, {"names": {}}, actor=actor("agent"))


def test_why_a_membership_ended_is_for_who_manages_memberships(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        row = MembershipFactory(
            contact=cast.sun,
            state="ended",
            end_reason="家庭变故",
            ended_at=NOW,
            starts_on=dt.date(2025, 1, 1),
            ends_on=dt.date(2025, 5, 1),
        )
    own = f"patients/{row.patient.public_id}"
    paths = (f"{own}/panels/membership/", f"{own}/?show=members", "patients/members/?state=over")
    for client, expected in ((client_of(cast.qian), True), (client_of(cast.sun), False)):
        pages = [client.get(path) for path in paths]
        assert [page.status_code for page in pages] == [200] * 3
        assert ["家庭变故" in page.content.decode() for page in pages] == [expected] * 3
