"""Who gets an order: by the ladder, by hand, when a physician is recognised, on leave, when somebody leaves."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Department, Hospital, Role, StaffDepartment, StaffWard, Ward
from followups.domain import dispatch, refusals
from followups.domain.ladder import POOL, Ladder
from followups.models import FollowUpOrder, OrderTransfer
from messaging.models import Message
from patients.models import Encounter
from tests.accounts.factories import AbsenceFactory
from tests.cast import CARDIOLOGY, CARDIOLOGY_WARD, Cast
from tests.followups.calling import DAY, MORNING, call
from tests.followups.test_planning import MONDAY, NOW, a_stay, planned

A_LADDER = ["attending", "nurse", "department_head", "centre"]
DUE = dt.date(2026, 3, 9)


@pytest.fixture
def places(in_north: Hospital, cast: Cast) -> dict[str, Any]:
    """The cardiology ward with its nurse, head nurse, physician and head."""
    people = {"li": cast.li, "zhou": cast.zhou, "chen": cast.chen, "wang": cast.wang}
    return {
        **people,
        "department": Department.objects.get(name=CARDIOLOGY),
        "ward": Ward.objects.get(name=CARDIOLOGY_WARD),
    }


def found(places: dict[str, Any], rungs: list[str] = A_LADDER, spread: int = 0, attending: Any = None) -> tuple:
    """Who the ladder finds for an order due on 9 March."""
    return Ladder().assign(
        rungs,
        attending_id=attending.pk if attending else None,
        ward_id=places["ward"].pk,
        department_id=places["department"].pk,
        due_on=DUE,
        spread=spread,
    )


def test_the_ladder_goes_from_the_attending_to_the_centre(places: dict[str, Any]) -> None:
    assert found(places, attending=places["chen"]) == (places["chen"].pk, "attending")
    nurses = sorted([places["li"].pk, places["zhou"].pk])
    assert [found(places, spread=n) for n in (0, 1, 2)] == [
        (nurses[0], "nurse"),
        (nurses[1], "nurse"),
        (nurses[0], "nurse"),
    ]
    StaffWard.objects.all().delete()
    assert found(places) == (places["wang"].pk, "department_head")
    StaffDepartment.objects.all().delete()
    assert found(places) == POOL == (None, "centre")
    assert found(places, ["centre"]) == POOL


def test_the_ladder_never_finds_who_left(places: dict[str, Any]) -> None:
    chen = places["chen"]
    chen.is_active = False
    chen.save()
    assert found(places, ["attending", "centre"], attending=chen) == POOL


def without_completing(role: str) -> None:
    """The hospital takes the completing of follow-up from a role."""
    held = Role.objects.get(code=role)
    held.capabilities = [one for one in held.capabilities if one != "followups.complete"]
    held.save()


def test_the_ladder_goes_past_whoever_may_not_complete_follow_up(places: dict[str, Any]) -> None:
    chen, wang = places["chen"], places["wang"]
    without_completing("physician")
    assert found(places, ["attending", "department_head", "centre"], attending=chen) == (wang.pk, "department_head")
    AbsenceFactory(staff=wang, cover=chen, starts_on=DUE, ends_on=DUE)
    assert found(places, ["department_head", "centre"]) == POOL


def test_nobody_is_given_an_order_who_may_not_complete_it(
    places: dict[str, Any], orders: list[FollowUpOrder], actor: Any
) -> None:
    chen = places["chen"]
    without_completing("physician")
    with pytest.raises(refusals.CannotFollowUp):
        dispatch.reassign(orders=orders, to=chen, reason="患者要求", actor=actor("centre_manager"), now=NOW)
    with pytest.raises(refusals.CannotFollowUp):
        dispatch.hand_over(actor=actor("nurse"), to=chen, until=DUE, reason="年休", now=NOW)
    away = AbsenceFactory(staff=orders[0].assignee, cover=chen, starts_on=MONDAY, ends_on=DUE)
    dispatch.cover_absence(absence=away, actor=None, now=NOW)
    assert not FollowUpOrder.objects.filter(assignee=chen).exists()
    assert FollowUpOrder.objects.get(pk=orders[0].pk).assignee != away.staff


def test_a_red_flag_reaches_a_physician_who_completes_no_follow_up(
    places: dict[str, Any], orders: list[FollowUpOrder], actor: Any
) -> None:
    without_completing("physician")
    FollowUpOrder.objects.update(attending=places["chen"], assignee=places["li"])
    call(orders[0], actor("nurse"), "partly", has_finding=True, agreed_at=MORNING + DAY)
    assert "陈医师" in Message.objects.filter(purpose="followups.red_flag").values_list("staff__name", flat=True)


def test_the_ladder_takes_the_cover_during_leave(places: dict[str, Any]) -> None:
    chen, li = places["chen"], places["li"]
    away = AbsenceFactory(staff=chen, cover=li, starts_on=DUE, ends_on=DUE)
    assert found(places, ["attending", "centre"], attending=chen) == (li.pk, "attending")
    away.cover = None
    away.save()
    assert found(places, ["attending", "centre"], attending=chen) == POOL
    away.delete()
    AbsenceFactory(staff=chen, cover=li, starts_on=MONDAY, ends_on=MONDAY)
    assert found(places, ["attending", "centre"], attending=chen) == (chen.pk, "attending")


def test_planning_dispatches_by_the_ladder_and_by_leave_of_each_day(places: dict[str, Any]) -> None:
    chen, wang = places["chen"], places["wang"]
    AbsenceFactory(staff=chen, cover=wang, starts_on=DUE, ends_on=DUE)
    StaffWard.objects.all().delete()
    planned(a_stay(surgery_level=3, attending=chen, department=places["department"], ward=places["ward"]))
    orders = FollowUpOrder.objects.order_by("due_on")
    assert [(row.due_on.day, row.assignee, row.assignee_role, row.state) for row in orders] == [
        (4, chen, "attending", "dispatched"),
        (9, wang, "attending", "dispatched"),
        (16, chen, "attending", "dispatched"),
        (1, chen, "attending", "dispatched"),
    ]
    assert {row.department for row in orders} == {places["department"]}


@pytest.fixture
def orders(places: dict[str, Any]) -> list[FollowUpOrder]:
    """Three B orders of the cardiology ward."""
    planned(a_stay(surgery_level=2, department=places["department"], ward=places["ward"], attending_name="陈小医"))
    return list(FollowUpOrder.objects.order_by("due_on"))


def test_reassigning_keeps_who_why_and_tells_the_next_one(
    places: dict[str, Any], orders: list[FollowUpOrder], actor: Any
) -> None:
    before = orders[0].assignee
    manager = actor("centre_manager")
    assert dispatch.reassign(orders=orders, to=places["chen"], reason=" 患者要求 ", actor=manager, now=NOW) == 3
    assert set(FollowUpOrder.objects.values_list("assignee", "state", "version")) == {
        (places["chen"].pk, "dispatched", 1)
    }
    row = OrderTransfer.objects.get(order=orders[0])
    assert (row.from_staff, row.to_staff, row.by, row.kind, row.reason) == (
        before,
        places["chen"],
        manager.staff,
        "manual",
        "患者要求",
    )
    message = Message.objects.get(purpose="followups.assigned")
    assert (message.staff, message.context) == (places["chen"], {"count": 3})
    again = dispatch.reassign(orders=orders, to=places["chen"], reason="患者要求", actor=manager, now=NOW)
    assert (again, OrderTransfer.objects.count()) == (0, 3)


def test_reassigning_refuses(places: dict[str, Any], orders: list[FollowUpOrder], actor: Any) -> None:
    manager, chen = actor("centre_manager"), places["chen"]
    with pytest.raises(refusals.ReasonMissing):
        dispatch.reassign(orders=orders, to=chen, reason=" ", actor=manager, now=NOW)
    with pytest.raises(refusals.NotAllowed):
        dispatch.reassign(orders=orders, to=chen, reason="忙", actor=actor("nurse"), now=NOW)
    chen.is_active = False
    chen.save()
    with pytest.raises(refusals.NoSuchColleague) as gone:
        dispatch.reassign(orders=orders, to=chen, reason="忙", actor=manager, now=NOW)
    assert gone.value.detail == {"name": "陈医师"}
    assert OrderTransfer.objects.count() == 0


def test_a_head_reassigns_only_what_the_department_holds(
    places: dict[str, Any], orders: list[FollowUpOrder], actor: Any
) -> None:
    elsewhere = Department.objects.create(name="骨科")
    FollowUpOrder.objects.filter(pk=orders[0].pk).update(department=elsewhere, assignee=None)
    head = actor("department_head")
    assert dispatch.reassign(orders=orders, to=places["chen"], reason="均衡", actor=head, now=NOW) == 2


def test_orders_at_their_end_stay_where_they_are(
    places: dict[str, Any], orders: list[FollowUpOrder], actor: Any
) -> None:
    FollowUpOrder.objects.filter(pk=orders[0].pk).update(state="filed")
    FollowUpOrder.objects.filter(pk=orders[1].pk).update(state="submitted")
    moved = dispatch.reassign(orders=orders, to=places["chen"], reason="均衡", actor=actor("centre_manager"), now=NOW)
    assert moved == 1


def test_orders_go_back_to_the_pool(orders: list[FollowUpOrder], actor: Any) -> None:
    assert dispatch.give_to_pool(orders=orders[:1], reason="无人", actor=actor("head_nurse"), now=NOW) == 1
    row = FollowUpOrder.objects.get(pk=orders[0].pk)
    assert (row.assignee, row.assignee_role, row.state) == (None, "centre", "planned")


def test_what_is_nobodys_goes_to_the_pool_by_hand_and_by_rule(orders: list[FollowUpOrder], actor: Any) -> None:
    by_hand, by_rule = orders[0], orders[1]
    nobodys = {"assignee": None, "assignee_role": "nurse", "ward": None, "attending": None, "department": None}
    FollowUpOrder.objects.filter(pk__in=[by_hand.pk, by_rule.pk]).update(**nobodys)
    assert dispatch.give_to_pool(orders=[by_hand], reason="无人", actor=actor("centre_manager"), now=NOW) == 1
    assert dispatch.follow_stays(order_ids=[by_rule.pk], now=NOW) == 1
    rows = FollowUpOrder.objects.filter(pk__in=[by_hand.pk, by_rule.pk])
    assert set(rows.values_list("assignee", "assignee_role", "state")) == {(None, "centre", "planned")}
    assert dispatch.give_to_pool(orders=rows, reason="无人", actor=actor("centre_manager"), now=NOW) == 0
    assert dispatch.follow_stays(order_ids=[by_rule.pk], now=NOW) == 0


def test_a_physician_who_was_recognised_gets_the_orders_of_his_stays(
    places: dict[str, Any], orders: list[FollowUpOrder], actor: Any
) -> None:
    chen = places["chen"]
    first = planned(
        a_stay(surgery_level=3, department=places["department"], ward=places["ward"], attending_name="陈小医")
    )
    assert first.tier_a == 1
    by_hand = FollowUpOrder.objects.filter(tier="A").order_by("due_on")[0]
    started = FollowUpOrder.objects.filter(tier="A").order_by("due_on")[1]
    FollowUpOrder.objects.filter(pk=started.pk).update(state="attempted", attempts_count=1)
    dispatch.reassign(orders=[by_hand], to=places["wang"], reason="指定", actor=actor("centre_manager"), now=NOW)
    Encounter.objects.filter(attending_name="陈小医").update(attending=chen)
    assert dispatch.reroute(name="陈小医", staff=chen, actor=None, now=NOW) == 7
    assert set(FollowUpOrder.objects.values_list("attending", flat=True)) == {chen.pk}
    a_orders = FollowUpOrder.objects.filter(tier="A").order_by("due_on")
    assert [row.assignee == chen for row in a_orders] == [False, False, True, True]
    assert [row.assignee == chen for row in FollowUpOrder.objects.filter(tier="B")] == [False, False, False]
    assert set(OrderTransfer.objects.filter(kind="mapped").values_list("to_staff", flat=True)) == {chen.pk}


def test_leave_moves_what_is_due_meanwhile(places: dict[str, Any], orders: list[FollowUpOrder]) -> None:
    holder = orders[0].assignee
    away = AbsenceFactory(staff=holder, cover=places["chen"], starts_on=DUE, ends_on=dt.date(2026, 4, 1))
    assert dispatch.cover_absence(absence=away, actor=None, now=NOW) == 2
    held = [row.assignee for row in FollowUpOrder.objects.order_by("due_on")]
    assert held == [places["chen"], places["chen"], holder]


def test_hand_over_gives_what_is_due_until_a_day(
    places: dict[str, Any], orders: list[FollowUpOrder], actor: Any
) -> None:
    FollowUpOrder.objects.update(assignee=places["li"])
    nurse = actor("nurse")
    moved = dispatch.hand_over(actor=nurse, to=places["zhou"], until=DUE, reason="休假", now=NOW)
    assert (moved, OrderTransfer.objects.get().kind) == (1, "leave")


def test_who_leaves_the_hospital_leaves_no_order_behind(places: dict[str, Any], orders: list[FollowUpOrder]) -> None:
    holder = orders[0].assignee
    holder.is_active = False
    holder.save()
    assert dispatch.release(staff=holder, actor=None, now=NOW) == 3
    assert not FollowUpOrder.objects.filter(assignee=holder).exists()


def test_visibility_by_role(places: dict[str, Any], orders: list[FollowUpOrder], actor: Any) -> None:
    FollowUpOrder.objects.update(assignee=places["li"])
    seen = {
        role: FollowUpOrder.objects.visible_to(actor(role)).count()
        for role in (
            *("agent", "centre_manager", "medical_affairs", "physician", "nurse", "head_nurse", "department_head"),
            *("hospital_leader", "information_officer", "liaison", "station_staff", "hospital_admin", "auditor"),
        )
    }
    assert seen == {
        **dict.fromkeys(("agent", "centre_manager", "medical_affairs", "nurse", "head_nurse", "department_head"), 3),
        **dict.fromkeys(
            (
                *("physician", "hospital_leader", "information_officer", "liaison", "station_staff"),
                *("hospital_admin", "auditor"),
            ),
            0,
        ),
    }
    FollowUpOrder.objects.filter(pk=orders[0].pk).update(attending=places["chen"])
    assert FollowUpOrder.objects.visible_to(actor("physician")).count() == 1
