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
from groups.domain import members
from groups.models import Contract, GroupCustomer, GroupMember, GroupVisit
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient
from tests.groups.factories import (
    BenefitFactory,
    ContractFactory,
    GroupContactFactory,
    GroupCustomerFactory,
    GroupFileFactory,
    GroupMemberFactory,
    GroupValueFactory,
    GroupVisitFactory,
    OpportunityFactory,
    OwnerChangeFactory,
    StatusChangeFactory,
    UnitMergerFactory,
)
from tests.patients.factories import EncounterFactory, IdentifierFactory, PatientFactory

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
    with pytest.raises(members.MemberError):
        members.remove_member(member, on=today() + dt.timedelta(days=1), actor=liaison)
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
    assert client_as("liaison").get("")["Location"] == "/north/groups/day/"
    assert client_as("agent").get("")["Location"] == "/north/followups/calls/"


def furnished(owner: object) -> GroupCustomer:
    """A unit with one of everything."""
    group = GroupCustomerFactory(owner=owner)
    ContractFactory(group=group, starts_on=today(), ends_on=today() + dt.timedelta(days=40))
    furnish(group, owner)
    GroupMemberFactory(group=group, patient=PatientFactory(name="谢建平", phone="13800005678"))
    return group


def furnish(group: GroupCustomer, owner: object) -> None:
    """One more of everything."""
    GroupContactFactory(group=group)
    ended = {"state": "void", "end_reason": "未履行"}
    BenefitFactory(contract=ContractFactory(group=group, **ended))
    GroupVisitFactory(group=group, staff=owner, planned_on=today(), contact=GroupContactFactory(group=group))
    GroupMemberFactory(group=group)
    OpportunityFactory(group=group, expected_on=today(), staff=owner)
    GroupFileFactory(group=group, uploaded_by=owner)
    StatusChangeFactory(group=group, by=owner)
    OwnerChangeFactory(group=group, before=owner, after=owner, by=owner)
    UnitMergerFactory(group=group, by=owner)


def test_the_running_year_is_said_to_be_so_far_in_chart_and_table(
    north: Hospital, cast: Cast, client_as: ClientAs
) -> None:
    year = today(north).year
    with hospital_scope(north):
        group = GroupCustomerFactory(owner=cast.tang)
        for before, source in ((0, "care"), (0, "estimate"), (1, "care")):
            GroupValueFactory(group=group, year=year - before, source=source)
    page = client_as("liaison").get(f"groups/{group.public_id}/")
    assert page.context["value_chart"]["names"] == [str(year - 1), f"{year}年（截至目前）"]
    said = {(row.year, row.source): row.year_words for row in page.context["values"]}
    running = f"{year}年（截至目前）"
    assert said == {(year, "care"): running, (year, "estimate"): str(year), (year - 1, "care"): str(year - 1)}
    assert f"<td>{running}</td>" in page.content.decode()


def test_record_works_masked_and_logged(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(north):
        group = furnished(cast.tang)
    page = client_as("liaison").get(f"groups/{group.public_id}/members/").content.decode()
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
    assert client_as("liaison").get(f"groups/{foreign_owner.public_id}/members/absent/").status_code == 405
    assert client_as("liaison").get(f"groups/{foreign_owner.public_id}/members/").status_code == 404
    assert client_as("agent").get(f"groups/{foreign_owner.public_id}/visits/").status_code == 403


@pytest.mark.parametrize(
    "path", ["groups/", "groups/{}/", "groups/{}/members/", "groups/{}/history/", "groups/day/", "groups/regions/"]
)
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
            furnish(furnished(cast.tang), cast.tang)
            furnish(group, cast.tang)
    with CaptureQueriesContext(connection) as thrice:
        assert client.get(address).status_code == 200
    assert len(thrice) == len(once)
    asked = [query["sql"][:160] for query in once.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 15, "\n".join(asked)


def test_parts_are_added_from_the_record(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(north):
        group = GroupCustomerFactory(owner=cast.tang, status="nearby")
        patient = IdentifierFactory(value="ZY2611000052").patient
    client, base = client_as("liaison"), f"groups/{group.public_id}/"
    client.post(base + "contacts/", {"name": "钱工", "role": "health"})
    client.post(base + "visits/", {"kind": "visit", "planned_on": "2026-06-10", "purpose": "商谈"})
    contract = {"kind": "checkup", "number": "HT-1", "starts_on": "2026-01-01", "remind_days": "60", "discount": "10"}
    client.post(base + "contracts/", contract)
    client.post(base + "members/", {"number": "zy2611000052", "is_key_person": "on"})
    assert client.post(base + "members/", {"number": "ZY0"}).status_code == 422
    client.post(base + "values/", {"year": "2026", "source": "checkup", "amount": "1000"})
    deal = {"kind": "checkup", "title": "体检", "amount": "9", "step": "10", "expected_on": "2026-07-01"}
    client.post(base + "deals/", deal)
    with hospital_scope(north):
        group.refresh_from_db()
        member = GroupMember.objects.get()
        assert (group.status, group.contacts.get().name, group.contracts.get().benefits.get().percent) == (
            "signed",
            "钱工",
            10,
        )
        assert (member.patient, member.is_key_person, member.joined_on) == (patient, True, today())
        assert (group.values.get().amount, group.opportunities.get().staff) == (1000, cast.tang)
        visit, found = GroupVisit.objects.get(), group.opportunities.get()
    client.post(base + f"visits/{visit.pk}/", {"done_on": "2026-06-10", "result": "同意续签"})
    client.post(base + f"deals/{found.pk}/", {"step": "50", "amount": "12", "expected_on": "2026-08-01"})
    client.post(base + f"deals/{found.pk}/close/", {"outcome": "lost", "reason": "价格", "on": "2026-08-01"})
    client.post(base + f"members/{member.pk}/key/")
    client.post(base + f"members/{member.pk}/remove/", {"on": member.joined_on.isoformat()})
    with hospital_scope(north):
        visit.refresh_from_db()
        member.refresh_from_db()
        found.refresh_from_db()
        assert (visit.result, member.is_key_person, member.left_on) == ("同意续签", False, today())
        assert (found.step, found.amount, found.state, found.reason) == (50, 12, "lost", "价格")


def test_liaison_reads_nothing_clinical_of_members_and_nobody_elses(
    north: Hospital, cast: Cast, client_as: ClientAs
) -> None:
    with hospital_scope(north):
        stay = EncounterFactory(diagnosis_text="急性胃炎", discharge_instructions="低渣饮食")
        GroupMemberFactory(group=GroupCustomerFactory(owner=cast.tang), patient=stay.patient)
        stranger = GroupMemberFactory().patient
    client, base = client_as("liaison"), f"patients/{stay.patient.public_id}/"
    for path in ("", "?show=1", "panels/record/", "panels/reach/"):
        page = client.get(base + path).content.decode()
        assert ("急性胃炎" in page, "低渣饮食" in page) == (False, False)
    assert client.get(base).status_code == 200
    assert client.get(f"patients/{stranger.public_id}/").status_code == 404
    assert client.get(f"groups/people/{stranger.public_id}/").status_code == 404
