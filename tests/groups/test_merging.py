"""Units recorded twice: found, made one field by field, and taken apart again."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Hospital
from groups.domain.duplicates import alike, candidates
from groups.domain.errors import UnitError
from groups.domain.merging import take_apart, unite_units
from groups.domain.naming import name_key
from groups.domain.units import save_unit
from groups.models import Contract, GroupCustomer, GroupMember, GroupValue, UnitMerger
from hospital_crm.tenancy.scope import hospital_scope
from messaging import templates
from messaging.models import Message
from tests.cast import Cast, MountedClient
from tests.groups.factories import (
    ContractFactory,
    GroupContactFactory,
    GroupCustomerFactory,
    GroupMemberFactory,
    GroupValueFactory,
    GroupVisitFactory,
)

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("清屿 云帆机械（集团）有限公司", "清屿云帆机械"),
        ("清屿云帆机械股份有限公司", "清屿云帆机械"),
        ("Yunfan Machinery Co., Ltd.", "yunfanmachinery"),
        ("集团公司", "集团公司"),
    ],
)
def test_names_are_compared_without_legal_form(name: str, key: str) -> None:
    assert name_key(name) == key


def test_pairs_are_found_by_name_sound_phone_and_address(in_north: Hospital, actor: ActorOf) -> None:
    liaison = actor("liaison")
    facts = [
        {"name": "云帆机械有限公司", "phone": "0990-8800001"},
        {"name": "云帆机械（集团）公司", "phone": "09908800001"},
        {"name": "运帆机械"},
        {"name": "别家", "address": "东麓区云帆路1号"},
        {"name": "又一家", "address": "东麓区 云帆路1号"},
        {"name": "无关"},
    ]
    for said in facts:
        save_unit(GroupCustomer(), said, actor=liaison)
    found = [(one.left.name, one.right.name, one.signs) for one in candidates(liaison)]
    assert found[0] == ("云帆机械有限公司", "云帆机械(集团)公司", ["name", "phone"]) or found[0][2] == ["name", "phone"]
    assert {tuple(signs) for _left, _right, signs in found} == {("name", "phone"), ("address",)} | (
        {("pinyin",)} if len(found) > 2 else set()
    )
    assert {unit.name for unit in alike("云帆 机械股份有限公司")} == {found[0][0], found[0][1]}


def two_units() -> tuple[GroupCustomer, GroupCustomer]:
    """Both with a contact, a visit, the same member, one of its own, and a figure of the same year."""
    kept, other = GroupCustomerFactory(name="云帆机械", phone="1"), GroupCustomerFactory(name="云帆", phone="2")
    shared = GroupMemberFactory(group=kept).patient
    GroupMemberFactory(group=other, patient=shared, position="班长")
    for unit in (kept, other):
        GroupContactFactory(group=unit)
        GroupVisitFactory(group=unit)
        GroupMemberFactory(group=unit)
        GroupValueFactory(group=unit)
    ContractFactory(group=other)
    return kept, other


def state() -> list[object]:
    """Every row of units, as it matters."""
    rows: list[object] = list(GroupCustomer.objects.order_by("pk").values())
    for model in (GroupMember, GroupValue, Contract):
        rows += model.objects.order_by("pk").values()
    return rows


def test_union_moves_everything_and_is_undone_whole(in_north: Hospital, actor: ActorOf, cast: Cast) -> None:
    kept, other = two_units()
    before, manager = state(), actor("centre_manager")
    united = unite_units(kept, other, {"phone": "other"}, actor=manager, now=timezone.now())
    assert (united.name, united.phone, GroupCustomer.objects.count()) == ("云帆机械", "2", 1)
    assert (united.contacts.count(), united.visits.count(), united.contracts.count()) == (2, 2, 1)
    assert (united.members.count(), united.values.count()) == (3, 1)
    back = take_apart(UnitMerger.objects.get(), actor=manager, now=timezone.now())
    assert (back.pk, state()) == (other.pk, before)
    with pytest.raises(UnitError):
        take_apart(UnitMerger.objects.get(), actor=manager, now=timezone.now())


def test_undoing_leaves_what_was_added_since_and_changed_by_hand(in_north: Hospital, actor: ActorOf) -> None:
    kept, other = two_units()
    manager = actor("centre_manager")
    united = unite_units(kept, other, {"phone": "other"}, actor=manager, now=timezone.now())
    added = GroupVisitFactory(group=united)
    save_unit(united, {"phone": "3"}, actor=manager)
    take_apart(UnitMerger.objects.get(), actor=manager, now=timezone.now())
    united.refresh_from_db()
    added.refresh_from_db()
    assert (united.phone, added.group_id) == ("3", united.pk)


def test_union_is_refused_with_itself_unseen_and_with_overlapping_contracts(
    in_north: Hospital, actor: ActorOf, cast: Cast
) -> None:
    kept, other = two_units()
    for left, right, role in ((kept, kept, "centre_manager"), (kept, other, "liaison")):
        with pytest.raises(UnitError):
            unite_units(left, right, {}, actor=actor(role), now=timezone.now())
    ContractFactory(group=kept, starts_on=dt.date(2026, 12, 31), ends_on=None)
    with pytest.raises(UnitError):
        unite_units(kept, other, {}, actor=actor("centre_manager"), now=timezone.now())
    assert GroupCustomer.objects.count() == 2


def test_two_are_compared_and_made_one_in_the_browser(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(north):
        kept, other = two_units()
    client, path = client_as("centre_manager"), f"groups/{kept.public_id}/with/{other.public_id}/"
    assert client.get("groups/duplicates/").status_code == 200
    assert "云帆机械" in client.get(path).content.decode()
    assert client_as("liaison").get(path).status_code == 404
    assert client_as("agent").get(path).status_code == 403
    assert client.post(path, {"phone": "other"})["Location"] == f"/north/groups/{kept.public_id}/"
    with hospital_scope(north):
        merger = UnitMerger.objects.get()
    client.post(f"groups/{kept.public_id}/unions/{merger.pk}/undo/")
    with hospital_scope(north):
        assert GroupCustomer.objects.count() == 2


def test_new_unit_with_a_known_name_is_asked_about(client_as: ClientAs, north: Hospital) -> None:
    client = client_as("liaison")
    client.post("groups/new/", {"name": "云帆机械有限公司", "status": "nearby"})
    again = {"name": "云帆机械公司", "status": "nearby"}
    answer = client.post("groups/new/", again)
    assert (answer.status_code, "云帆机械有限公司" in answer.content.decode()) == (422, True)
    assert client.post("groups/new/", {**again, "is_another": "1"}).status_code == 302


def test_who_looks_after_either_unit_hears_of_the_union_and_of_its_end(
    north: Hospital, actor: ActorOf, cast: Cast, client_as: ClientAs
) -> None:
    with hospital_scope(north):
        kept, other = two_units()
        GroupCustomer.objects.filter(pk=kept.pk).update(owner=cast.tang)
        GroupCustomer.objects.filter(pk=other.pk).update(owner=cast.sun)
        manager = actor("centre_manager")
        unite_units(kept, other, {}, actor=manager, now=timezone.now())
        take_apart(UnitMerger.objects.get(), actor=manager, now=timezone.now())
        told = Message.objects.filter(purpose__startswith="groups.", channel="bell").order_by("purpose", "staff__name")
        assert [(one.purpose, one.staff.name) for one in told] == [
            ("groups.parted", "唐专员"),
            ("groups.parted", "孙客服"),
            ("groups.united", "唐专员"),
            ("groups.united", "孙客服"),
        ]
        said = told[2]
        filled = templates.get(said.template).said("zh-hans").fill(said.context)
        assert (filled.subject, filled.body) == (
            f"{other.name}已并入{kept.name}",
            "两家单位的成员、合同、走访和商机已归入同一档案。",
        )
    assert other.name in client_as("centre_manager").get(f"groups/{kept.public_id}/history/").content.decode()


def test_who_unites_own_units_is_not_told(in_north: Hospital, actor: ActorOf, cast: Cast) -> None:
    kept, other = two_units()
    GroupCustomer.objects.update(owner=cast.qian)
    unite_units(kept, other, {}, actor=actor("centre_manager"), now=timezone.now())
    assert Message.objects.count() == 0


@pytest.mark.parametrize("part", ["", "timeline/", "history/", "members/"])
def test_the_old_address_of_a_united_unit_leads_to_the_one_that_was_kept(
    in_north: Hospital, actor: ActorOf, client_as: ClientAs, part: str
) -> None:
    liaison = actor("liaison")
    kept, other = GroupCustomerFactory(owner=liaison.staff), GroupCustomerFactory(owner=liaison.staff)
    address = f"groups/{other.public_id}/{part}"
    unite_units(kept, other, {}, actor=liaison, now=timezone.now())
    answer = client_as("liaison").get(address)
    assert (answer.status_code, answer.url) == (302, f"/north/groups/{kept.public_id}/")
    assert client_as("physician").get(address).status_code in (403, 404)
    take_apart(UnitMerger.objects.get(), actor=liaison, now=timezone.now())
    assert client_as("liaison").get(address).status_code == 200
