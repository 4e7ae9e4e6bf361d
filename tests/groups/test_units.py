"""Units: who sees which, what is kept of them, who belongs to them, and who counts as key person."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import AccessLog, Hospital
from groups import signals
from groups.domain import members, units
from groups.models import Contract, GroupCustomer, GroupMember, GroupVisit
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient
from tests.groups.factories import (
    BenefitFactory,
    ContractFactory,
    GroupContactFactory,
    GroupCustomerFactory,
    GroupMemberFactory,
    GroupVisitFactory,
)
from tests.patients.factories import IdentifierFactory, PatientFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]
DAY = dt.date(2026, 6, 1)


@pytest.fixture
def told() -> Iterator[list[list[int]]]:
    """What the units told about their members."""
    heard: list[list[int]] = []

    def receiver(patient_ids: list[int], **kwargs: object) -> None:
        heard.append(patient_ids)

    signals.members_changed.connect(receiver)
    yield heard
    signals.members_changed.disconnect(receiver)


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("centre_manager", {"自管厂", "别家厂"}),
        ("agent", {"自管厂", "别家厂"}),
        ("liaison", {"自管厂"}),
        ("physician", set()),
        ("hospital_leader", set()),
    ],
)
def test_each_role_sees_its_units(in_north: Hospital, cast: Cast, actor: ActorOf, role: str, names: set[str]) -> None:
    own = GroupCustomerFactory(name="自管厂", owner=cast.tang)
    GroupCustomerFactory(name="别家厂")
    ContractFactory(group=own)
    assert {group.name for group in GroupCustomer.objects.visible_to(actor(role))} == names
    assert Contract.objects.visible_to(actor(role)).exists() == ("自管厂" in names)


def test_key_persons_need_a_contract_in_force(in_north: Hospital) -> None:
    def key_person(**contract: object) -> int:
        group = GroupCustomerFactory()
        if contract:
            ContractFactory(group=group, **contract)
        return GroupMemberFactory(group=group, is_key_person=True).patient_id

    inside = {
        key_person(starts_on=DAY, ends_on=DAY),
        key_person(starts_on=dt.date(2025, 1, 1), ends_on=None),
    }
    key_person()
    key_person(starts_on=dt.date(2026, 6, 2), ends_on=None)
    key_person(starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2026, 5, 31))
    group = GroupCustomerFactory()
    ContractFactory(group=group)
    GroupMemberFactory(group=group)
    GroupMemberFactory(group=group, is_key_person=True, left_on=DAY)
    assert {row["patient_id"] for row in members.key_person_patient_ids(on=DAY)} == inside


def test_members_join_once_and_leave_once(in_north: Hospital, actor: ActorOf, told: list) -> None:
    group, patient, liaison = GroupCustomerFactory(), PatientFactory(), actor("liaison")
    member = members.add_member(group, patient, is_key_person=True, actor=liaison)
    with pytest.raises(members.MemberError):
        members.add_member(group, patient, actor=liaison)
    members.set_key_person(member, True, actor=liaison)
    members.set_key_person(member, False, actor=liaison)
    members.remove_member(member, on=DAY, actor=liaison)
    with pytest.raises(members.MemberError):
        members.remove_member(member, on=DAY, actor=liaison)
    members.add_member(group, patient, actor=liaison)
    assert told == [[patient.pk]] * 4


def test_database_refuses_a_second_open_membership_and_backward_contracts(in_north: Hospital) -> None:
    member = GroupMemberFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupMemberFactory(group=member.group, patient=member.patient)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractFactory(starts_on=DAY, ends_on=DAY - dt.timedelta(days=1))


def test_unit_of_a_liaison_is_his_own_and_found_by_pinyin(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    client = client_as("liaison")
    answer = client.post("groups/new/", {"name": "清屿 纺织厂", "status": "nearby"})
    assert answer.status_code == 302
    with hospital_scope(north):
        group = GroupCustomer.objects.get()
        assert (group.name, group.owner, group.py_initials) == ("清屿纺织厂", cast.tang, "qyfzc")
    assert "清屿纺织厂" in client.get("groups/?q=qyf").content.decode()
    assert "清屿纺织厂" not in client.get("groups/?q=xx").content.decode()
    assert client.post("groups/new/", {"name": "清屿纺织厂", "status": "nearby"}).status_code == 422


def test_day_of_a_liaison_begins_with_the_units(client_as: ClientAs) -> None:
    assert client_as("liaison").get("")["Location"] == "/north/groups/"
    assert client_as("agent").get("")["Location"] == "/north/followups/calls/"


def furnished(owner: object) -> GroupCustomer:
    """A unit with one of everything."""
    group = GroupCustomerFactory(owner=owner)
    GroupContactFactory(group=group)
    BenefitFactory(contract=ContractFactory(group=group))
    GroupVisitFactory(group=group)
    GroupMemberFactory(group=group, patient=PatientFactory(name="谢建平", phone="13800005678"))
    return group


def test_record_works_masked_and_logged(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(north):
        group = furnished(cast.tang)
    page = client_as("liaison").get(f"groups/{group.public_id}/").content.decode()
    assert ("谢*平" in page, "谢建平" in page, "13800005678" in page) == (True, False, False)
    with hospital_scope(north):
        assert [(entry.kind, entry.page) for entry in AccessLog.objects.all()] == [("list", "unit")]


def test_record_is_hidden_refused_and_foreign(
    north: Hospital, south: Hospital, client_as: ClientAs, cast: Cast
) -> None:
    with hospital_scope(north):
        foreign_owner = GroupCustomerFactory()
    with hospital_scope(south):
        southern = GroupCustomerFactory()
    assert client_as("liaison").get(f"groups/{foreign_owner.public_id}/").status_code == 404
    assert client_as("centre_manager").get(f"groups/{southern.public_id}/").status_code == 404
    assert client_as("physician").get(f"groups/{foreign_owner.public_id}/").status_code == 403
    assert client_as("agent").get(f"groups/{foreign_owner.public_id}/edit/").status_code == 403
    assert client_as("liaison").post("groups/").status_code == 405
    assert client_as("liaison").get(f"groups/{foreign_owner.public_id}/members/").status_code == 405


@pytest.mark.parametrize("path", ["groups/", "groups/{}/"])
def test_pages_ask_as_often_for_three_as_for_one(north: Hospital, cast: Cast, client_as: ClientAs, path: str) -> None:
    client = client_as("liaison")
    with hospital_scope(north):
        group = furnished(cast.tang)
    address = path.format(group.public_id)
    client.get(address)
    with CaptureQueriesContext(connection) as once:
        client.get(address)
    with hospital_scope(north):
        for _ in range(2):
            furnished(cast.tang)
            GroupMemberFactory(group=group)
            BenefitFactory(contract=ContractFactory(group=group))
            GroupVisitFactory(group=group)
    with CaptureQueriesContext(connection) as thrice:
        assert client.get(address).status_code == 200
    assert len(thrice) == len(once)


def test_parts_are_added_from_the_record(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(north):
        group = GroupCustomerFactory(owner=cast.tang, status="nearby")
        patient = IdentifierFactory(value="ZY2611000052").patient
    client, base = client_as("liaison"), f"groups/{group.public_id}/"
    client.post(base + "contacts/", {"contact-name": "钱工", "contact-role": "health"})
    client.post(base + "visits/", {"visit-kind": "visit", "visit-planned_on": "2026-06-10", "visit-purpose": "商谈"})
    client.post(
        base + "contracts/",
        {"contract-number": "HT-1", "contract-starts_on": "2026-01-01", "contract-discount": "10"},
    )
    client.post(base + "members/", {"member-number": "zy2611000052", "member-is_key_person": "on"})
    client.post(base + "members/", {"member-number": "ZY0"})
    with hospital_scope(north):
        group.refresh_from_db()
        member = GroupMember.objects.get()
        assert (group.status, group.contacts.get().name, group.contracts.get().benefits.get().percent) == (
            "signed",
            "钱工",
            10,
        )
        assert (member.patient, member.is_key_person, member.joined_on) == (patient, True, today())
        visit = GroupVisit.objects.get()
    client.post(base + f"visits/{visit.pk}/", {"done_on": "2026-06-10", "result": "同意续签"})
    client.post(base + f"members/{member.pk}/key/")
    client.post(base + f"members/{member.pk}/remove/")
    with hospital_scope(north):
        visit.refresh_from_db()
        member.refresh_from_db()
        assert (visit.result, member.is_key_person, member.left_on) == ("同意续签", False, today())


def test_finishing_a_visit_needs_a_result_and_happens_once(in_north: Hospital, actor: ActorOf) -> None:
    visit = GroupVisitFactory()
    with pytest.raises(units.UnitError):
        units.finish_visit(visit, done_on=DAY, result=" ", actor=actor("liaison"))
    units.finish_visit(visit, done_on=DAY, result="已谈", actor=actor("liaison"))
    with pytest.raises(units.UnitError):
        units.finish_visit(visit, done_on=DAY, result="再谈", actor=actor("liaison"))
