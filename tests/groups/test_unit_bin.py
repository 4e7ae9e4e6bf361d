"""The bin of units: what may go there, that nobody sees it, putting it back, and the end after thirty days."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.actors import Actor
from accounts.domain.bins import BinError, empty_all, in_bin, put_back, put_in_bin
from accounts.models import AuditEvent, Hospital
from groups.domain.duplicates import alike, candidates
from groups.models import BinnedUnit, GroupContact, GroupCustomer, OwnerChange
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient
from tests.groups.factories import (
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

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
MONTH = dt.timedelta(days=30)
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


def bin_it(unit: GroupCustomer, actor: Actor) -> BinnedUnit:
    return put_in_bin(unit, reason="重复建档", actor=actor, now=NOW)


@pytest.fixture
def mistake(in_north: Hospital, cast: Cast) -> GroupCustomer:
    """A unit with a contact and its own history, and nothing else."""
    unit = GroupCustomerFactory(name="误建厂", name_key="误建厂", owner=cast.tang)
    GroupContactFactory(group=unit), StatusChangeFactory(group=unit), OwnerChangeFactory(group=unit)
    return unit


def test_nobody_sees_what_lies_in_the_bin_and_it_comes_back(mistake: GroupCustomer, actor: ActorOf) -> None:
    liaison, manager = actor("liaison"), actor("centre_manager")
    twin = GroupCustomerFactory(name="误建厂（二）", name_key="误建厂")
    assert len(candidates(manager)) == 1
    entry = bin_it(mistake, liaison)
    seen = [list(GroupCustomer.objects.visible_to(one)) for one in (liaison, manager)]
    assert (seen, alike("误建厂"), candidates(manager)) == ([[], [twin]], [twin], [])
    assert [list(in_bin(GroupCustomer, one)) for one in (liaison, manager)] == [[entry], [entry]]
    put_back(entry, actor=liaison)
    assert list(GroupCustomer.objects.visible_to(liaison)) == [mistake]
    with pytest.raises(BinError):
        put_back(entry, actor=liaison)
    told = AuditEvent.objects.filter(object_type="groups.groupcustomer", object_id=str(mistake.pk)).order_by("id")
    assert list(told.values_list("verb", flat=True)) == ["groups.unit.bin", "groups.unit.put_back"]


@pytest.mark.parametrize(
    "factory",
    [
        *(ContractFactory, GroupMemberFactory, GroupVisitFactory, OpportunityFactory),
        *(GroupValueFactory, GroupFileFactory, UnitMergerFactory),
    ],
)
def test_a_unit_somebody_worked_with_stays(mistake: GroupCustomer, actor: ActorOf, factory: Callable) -> None:
    factory(group=mistake)
    with pytest.raises(BinError):
        bin_it(mistake, actor("liaison"))
    assert BinnedUnit.objects.count() == 0


def test_another_unit_may_take_the_name_and_then_it_does_not_come_back(mistake: GroupCustomer, actor: ActorOf) -> None:
    entry = bin_it(mistake, actor("liaison"))
    GroupCustomerFactory(name="误建厂")
    with pytest.raises(BinError, match="另一单位"):
        put_back(entry, actor=actor("liaison"))
    ContractFactory(group=mistake)
    assert empty_all(NOW + MONTH) == (0, 0)


def test_after_thirty_days_everything_is_gone(mistake: GroupCustomer, actor: ActorOf) -> None:
    bin_it(mistake, actor("liaison"))
    assert empty_all(NOW + MONTH - dt.timedelta(days=1)) == (0, 0)
    assert empty_all(NOW + MONTH) == (1, 0)
    left = [model.objects.count() for model in (GroupCustomer, GroupContact, OwnerChange, BinnedUnit)]
    assert left == [0, 0, 0, 0]


def test_a_unit_used_meanwhile_comes_back(mistake: GroupCustomer, actor: ActorOf) -> None:
    bin_it(mistake, actor("liaison"))
    GroupVisitFactory(group=mistake)
    assert empty_all(NOW + MONTH) == (0, 1)
    assert list(GroupCustomer.objects.visible_to(actor("liaison"))) == [mistake]


def test_a_liaison_finds_in_the_bin_what_was_his_alone(mistake: GroupCustomer, actor: ActorOf) -> None:
    bin_it(mistake, actor("liaison"))
    entry = bin_it(GroupCustomerFactory(), actor("centre_manager"))
    assert entry not in in_bin(GroupCustomer, actor("liaison"))
    assert in_bin(GroupCustomer, actor("centre_manager")).count() == 2
    with pytest.raises(BinError):
        put_back(entry, actor=actor("agent"))


def test_pages_of_the_bin(mistake: GroupCustomer, client_as: ClientAs) -> None:
    liaison, path = client_as("liaison"), f"groups/{mistake.public_id}/bin/"
    assert f'href="/north/{path}"' in liaison.get(f"groups/{mistake.public_id}/").content.decode()
    assert liaison.get(path).status_code == 200
    assert liaison.post(path, {"reason": ""}).status_code == 422
    assert liaison.post(path, {"reason": "重复建档"})["Location"] == "/north/groups/"
    assert liaison.get(f"groups/{mistake.public_id}/").status_code == 404
    assert [row["name"] for row in liaison.get("groups/bin/").context["rows"]] == ["误建厂"]
    assert liaison.post(f"groups/bin/{mistake.public_id}/back/")["Location"] == f"/north/groups/{mistake.public_id}/"
    assert liaison.get(f"groups/{mistake.public_id}/").status_code == 200


def test_the_bin_of_others_and_without_rights(mistake: GroupCustomer, south: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(south):
        stranger = GroupCustomerFactory()
    liaison = client_as("liaison")
    assert liaison.post(f"groups/{stranger.public_id}/bin/", {"reason": "x"}).status_code == 404
    assert liaison.post(f"groups/bin/{mistake.public_id}/back/").status_code == 404
    assert client_as("agent").get("groups/bin/").status_code == 403
    assert liaison.post("groups/bin/").status_code == 405
    assert liaison.get(f"groups/bin/{mistake.public_id}/back/").status_code == 405
