"""A red flag heard in a call reaches somebody who decides: whatever came of the call, whoever is there, and once."""

import datetime as dt
from collections.abc import Callable, Collection

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Department, StaffMember, Ward
from followups.models import FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from tests.accounts.factories import AbsenceFactory
from tests.cast import CARDIOLOGY, CARDIOLOGY_WARD, Cast, MountedClient, actor_of
from tests.followups.calling import DAY, MORNING, call, call_in_vain
from tests.followups.scene import order_of

ActorOf = Callable[[str], Actor]


def told(earlier: Collection[int] = ()) -> list[tuple[str, str]]:
    """Whom the alerts reached, and how, but for the earlier ones."""
    rows = Message.objects.filter(purpose="followups.red_flag").exclude(pk__in=earlier)
    return sorted(rows.values_list("staff__name", "channel"))


def both(*names: str) -> list[tuple[str, str]]:
    return sorted((name, channel) for name in names for channel in ("bell", "email"))


def test_a_red_flag_is_told_at_once(order: FollowUpOrder, nurse: Actor, cast: Cast) -> None:
    FollowUpOrder.objects.update(attending=cast.chen)
    call(order, nurse, "completed", has_finding=True, note="切口渗液")
    assert told() == both("陈医师")


@pytest.mark.parametrize("outcome", ["refused_for_good", "readmitted", "transferred", "died", "refused_now", "lost"])
def test_whatever_came_of_the_call(order: FollowUpOrder, nurse: Actor, cast: Cast, outcome: str) -> None:
    FollowUpOrder.objects.update(attending=cast.chen)
    if outcome == "lost":
        call_in_vain(order, nurse, days_before=3)
    call(order, nurse, outcome, has_finding=True, note="胸痛")
    assert told() == both("陈医师")


def test_a_later_try_does_not_tell_again_but_another_finding_does(
    order: FollowUpOrder, nurse: Actor, cast: Cast
) -> None:
    FollowUpOrder.objects.update(attending=cast.chen)
    agreed = MORNING + dt.timedelta(hours=5)
    call(order, nurse, "partly", has_finding=True, note="胸痛", agreed_at=agreed)
    call(order, nurse, "no_answer", at=agreed)
    assert told() == both("陈医师")
    call(order, nurse, "completed", at=MORNING + DAY, has_finding=True, note="仍胸痛")
    assert told() == both("陈医师", "陈医师")


def test_where_nobody_is_known_medical_affairs_is_told_then_the_centre(
    order: FollowUpOrder, nurse: Actor, actor: ActorOf, cast: Cast
) -> None:
    def heard(by: Actor, n: int) -> list[tuple[str, str]]:
        FollowUpOrder.objects.update(assignee=by.staff)
        earlier = list(Message.objects.values_list("pk", flat=True))
        call(order, by, "partly", has_finding=True, agreed_at=MORNING + 30 * DAY, at=MORNING + n * DAY)
        return told(earlier)

    assert (cast.qian.name, order.attending, order.ward, order.department) == ("钱主任", None, None, None)
    assert heard(nurse, 0) == both("钱主任")
    assert cast.ma.name == "马医务"
    assert heard(nurse, 1) == both("马医务")
    FollowUpOrder.objects.update(department=Department.objects.get(name=CARDIOLOGY))
    assert heard(nurse, 2) == both("马医务")
    assert cast.wang.name == "王主任"
    assert heard(nurse, 3) == both("王主任")
    assert heard(actor("department_head"), 4) == both("马医务")
    for staff in (cast.ma, cast.wang):
        staff.is_active = False
        staff.save()
    assert heard(nurse, 5) == both("钱主任")


def away(staff: StaffMember, cover: StaffMember | None = None) -> None:
    AbsenceFactory(staff=staff, cover=cover, starts_on=MORNING.date(), ends_on=MORNING.date() + DAY)


@pytest.fixture
def on_the_ward(order: FollowUpOrder, cast: Cast) -> FollowUpOrder:
    """An order of cardiology, attended by Chen, on Zhou's ward, headed by Wang; Ma and Qian work in the offices."""
    assert [each.is_active for each in (cast.li, cast.zhou, cast.wang, cast.ma, cast.qian)] == [True] * 5
    ward = Ward.objects.get(name=CARDIOLOGY_WARD)
    FollowUpOrder.objects.update(attending=cast.chen, ward=ward, department=ward.department)
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(
    ("on_leave", "names"),
    [
        ({}, ("陈医师", "周护士长")),
        ({"chen": "li"}, ("李护士", "周护士长")),
        ({"chen": None}, ("王主任", "周护士长")),
        ({"zhou": None}, ("陈医师",)),
        ({"chen": None, "wang": "ma"}, ("马医务", "周护士长")),
        ({"chen": None, "zhou": None, "wang": None}, ("马医务",)),
        ({"chen": None, "zhou": None, "wang": None, "ma": "li"}, ("李护士",)),
        ({"chen": None, "zhou": None, "wang": None, "ma": None, "qian": None}, ("王主任",)),
    ],
)
def test_leave_and_cover_decide_who_hears_of_it(
    on_the_ward: FollowUpOrder, actor: ActorOf, cast: Cast, on_leave: dict[str, str | None], names: tuple[str, ...]
) -> None:
    for name, cover in on_leave.items():
        away(getattr(cast, name), getattr(cast, cover) if cover else None)
    caller = actor("agent")
    FollowUpOrder.objects.update(assignee=caller.staff)
    call(on_the_ward, caller, "completed", has_finding=True, note="胸痛")
    assert told() == both(*names)


@pytest.mark.parametrize("outcome", ["partly", "refused_now", "completed"])
def test_it_stands_in_the_lists_whatever_came_of_the_call(
    cast: Cast, client_as: Callable[[str], MountedClient], outcome: str
) -> None:
    order = order_of(cast, cast.chen, attending=cast.chen, tier="A", agreed_at=timezone.now())
    agreed = {"agreed_at": timezone.now() + DAY} if outcome == "partly" else {}
    with hospital_scope(cast.hospital):
        at = timezone.now() - dt.timedelta(minutes=1)
        call(order, actor_of(cast.chen), outcome, at=at, has_finding=True, note="胸痛两天", **agreed)
        assert FollowUpOrder.objects.get(pk=order.pk).finding_at == at
    page = client_as("medical_affairs").get("followups/quality/?list=finding").content.decode()
    assert f"followups/orders/{order.public_id}/" in page
    later = order_of(cast, cast.chen, attending=cast.chen, patient=order.patient)
    for next_one in (later, order):
        said = client_as("physician").get(f"followups/orders/{next_one.public_id}/").content.decode()
        assert ("异常：胸痛两天" in said) == (next_one == later)
        assert ("陈医师听到：胸痛两天" in said) == (next_one == order)


def test_the_moment_is_that_of_the_last_flag_and_old_ones_leave_the_list(
    order: FollowUpOrder, nurse: Actor, client_as: Callable[[str], MountedClient]
) -> None:
    call(order, nurse, "partly", has_finding=True, agreed_at=MORNING + DAY)
    call(order, nurse, "completed", at=MORNING + DAY)
    assert FollowUpOrder.objects.get(pk=order.pk).finding_at == MORNING
    FollowUpOrder.objects.update(submitted_at=timezone.now())
    page = f"followups/orders/{order.public_id}/"
    assert page not in client_as("medical_affairs").get("followups/quality/?list=finding").content.decode()
    FollowUpOrder.objects.update(finding_at=timezone.now())
    assert page in client_as("medical_affairs").get("followups/quality/?list=finding").content.decode()
