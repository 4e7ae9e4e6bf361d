"""Who looked after a VIP member and does so no more sees the member by other grounds alone."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from patients.domain import member_threads, memberships, visit_sheets
from patients.domain.member_list import MemberList
from patients.models import Membership, Patient, VisitSheet
from tests.cast import Cast, MountedClient, client_of
from tests.patients.care_factories import MembershipFactory

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 1)
LONG = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2030, 1, 1)}
ActorOf = Callable[[str], Actor]


@pytest.fixture
def member(in_north: Hospital, cast: Cast) -> Membership:
    return MembershipFactory(contact=cast.li, deputy=cast.zhou, **LONG)


def sees(actor: Actor, row: Membership) -> list[bool]:
    return [
        Patient.objects.visible_to(actor).filter(pk=row.patient_id).exists(),
        Membership.objects.visible_to(actor).filter(pk=row.pk).exists(),
        VisitSheet.objects.visible_to(actor).filter(membership=row).exists(),
        memberships.is_contact(row, actor),
        member_threads.may_read_thread(row, actor),
    ]


def test_after_a_hand_over_neither_former_contact_sees_the_member(
    member: Membership, actor: ActorOf, cast: Cast
) -> None:
    nurse, head = actor("nurse"), actor("head_nurse")
    visit_sheets.make_sheet(member, day=DAY, actor=nurse, now=NOW)
    assert sees(nurse, member) == sees(head, member) == [True] * 5
    memberships.hand_over(member, contact=cast.sun, deputy=None, actor=actor("centre_manager"), now=NOW)
    member.refresh_from_db()
    assert sees(nurse, member) == sees(head, member) == [False] * 5


def test_a_renewal_goes_over_with_the_membership_and_the_former_contact_does_not_come_back(
    member: Membership, actor: ActorOf, cast: Cast
) -> None:
    manager = actor("centre_manager")
    after = {"ends_on": dt.date(2031, 1, 1), "level": member.level}
    coming = memberships.renew(member, **after, actor=manager, now=NOW)
    memberships.hand_over(member, contact=cast.sun, deputy=cast.zhou, actor=manager, now=NOW)
    coming.refresh_from_db()
    assert (coming.contact, coming.deputy) == (cast.sun, cast.zhou)


def test_a_later_membership_with_others_stays_with_them(member: Membership, actor: ActorOf, cast: Cast) -> None:
    coming = MembershipFactory(
        patient=member.patient, contact=cast.qian, starts_on=dt.date(2030, 1, 2), ends_on=dt.date(2031, 1, 1)
    )
    memberships.hand_over(member, contact=cast.sun, deputy=None, actor=actor("centre_manager"), now=NOW)
    coming.refresh_from_db()
    assert (coming.contact, coming.deputy) == (cast.qian, None)


def test_a_former_membership_is_hidden_once_others_look_after_the_person(
    in_north: Hospital, actor: ActorOf, cast: Cast
) -> None:
    nurse, last_year = actor("nurse"), {"starts_on": dt.date(2025, 1, 1), "ends_on": dt.date(2025, 12, 31)}
    former = MembershipFactory(contact=cast.li, **last_year)
    visit_sheets.make_sheet(former, day=dt.date(2025, 5, 1), actor=actor("centre_manager"), now=NOW)
    listed = MemberList(nurse, today(), "over", own=True)
    assert (sees(nurse, former), len(listed.page(after="", before="").rows)) == ([False, True, True, True, True], 1)
    MembershipFactory(patient=former.patient, contact=cast.sun, deputy=cast.qian, **LONG)
    assert (sees(nurse, former), len(listed.page(after="", before="").rows)) == ([False] * 5, 0)
    Membership.objects.filter(patient=former.patient, contact=cast.sun).update(deputy=cast.li)
    assert sees(nurse, former) == [True] * 5


def test_the_bell_no_longer_rings_for_a_former_contact(member: Membership, actor: ActorOf, cast: Cast) -> None:
    member_threads.send(member, "请准备轮椅", actor=actor("nurse"), now=NOW)
    before = list(Message.objects.values_list("pk", flat=True))
    memberships.hand_over(member, contact=cast.sun, deputy=cast.zhou, actor=actor("centre_manager"), now=NOW)
    member.refresh_from_db()
    member_threads.send(member, "知道了", actor=actor("agent"), now=NOW)
    rung = Message.objects.filter(purpose="member_messages").exclude(pk__in=before)
    assert list(rung.values_list("staff_id", flat=True)) == [cast.zhou.pk]


def test_pages_answer_a_former_contact_as_any_stranger(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        row = MembershipFactory(contact=cast.li, **LONG)
        sheet = VisitSheet.objects.create(membership=row, day=DAY)
    nurse: MountedClient = client_of(cast.li)
    paths = [
        f"patients/{row.patient.public_id}/",
        f"patients/members/{row.public_id}/thread/",
        f"patients/sheets/{sheet.public_id}/",
    ]
    assert [nurse.get(path).status_code for path in paths] == [200] * 3
    client_of(cast.qian).post(f"patients/members/{row.public_id}/contacts/", {"contact": cast.sun.pk})
    assert [nurse.get(path).status_code for path in paths] == [404] * 3
