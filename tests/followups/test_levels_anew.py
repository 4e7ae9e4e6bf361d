"""Levels of "late" that were told before a result came back are told anew; what cannot be told silences nobody else."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import AuditEvent, Department, Hospital, Ward
from followups.domain import reviews, weekly_list
from followups.domain.escalation import escalate
from followups.models import FollowUpOrder, Reminder
from messaging.models import Message
from tests.accounts.factories import DepartmentFactory, StaffDepartmentFactory
from tests.cast import CARDIOLOGY, CARDIOLOGY_WARD, Cast, actor_of
from tests.followups.calling import call
from tests.followups.scene import order_of
from tests.followups.test_planning import MONDAY, a_stay, planned
from tests.followups.test_supervision import END

HOUR = dt.timedelta(hours=1)
RETURNED_AT = END + 34 * HOUR  # Monday 9 March, 10:00


@pytest.fixture
def order(in_north: Hospital, cast: Cast) -> FollowUpOrder:
    """An A order of cardiology that nurse Li holds: latest on Saturday 7 March 2026. The other steps are void."""
    people = cast.li, cast.zhou, cast.wang, cast.ma
    places = {"department": Department.objects.get(name=CARDIOLOGY), "ward": Ward.objects.get(name=CARDIOLOGY_WARD)}
    planned(a_stay(surgery_level=3, **places))
    FollowUpOrder.objects.update(assignee=people[0], state="dispatched")
    FollowUpOrder.objects.exclude(step__number=1).update(state="void")
    return FollowUpOrder.objects.get(step__number=1)


def a_late_b_order(cast: Cast) -> FollowUpOrder:
    """A B order that is late by the same day as the A order."""
    stay = a_stay(surgery_level=2)
    planned(stay)
    orders = FollowUpOrder.objects.filter(run__encounter=stay)
    orders.exclude(step__number=1).update(state="void")
    saturday = dt.date(2026, 3, 7)
    orders.update(assignee=cast.li, earliest_on=saturday, due_on=saturday, latest_on=saturday)
    return orders.get(step__number=1)


def levels(order: FollowUpOrder) -> list[tuple[int, dt.datetime]]:
    return list(Reminder.objects.filter(order=order).order_by("pk").values_list("level", "since"))


def test_levels_told_before_a_return_are_told_again_after_it(order: FollowUpOrder, cast: Cast, actor: Any) -> None:
    nurse, manager = actor_of(cast.li), actor("centre_manager")
    assert (escalate(now=END + 24 * HOUR), escalate(now=END + 25 * HOUR)) == (1, 0)
    call(order, nurse, "completed", at=END + 32 * HOUR, late_reason="出差", note="恢复好", satisfaction=None)
    reviews.return_result(order=order, reason="未问伤口", actor=manager, now=RETURNED_AT)
    other = a_late_b_order(cast)
    hours = (1, 23, 24, 25, 48, 72)
    assert [escalate(now=RETURNED_AT + hour * HOUR) for hour in hours] == [0, 1, 1, 0, 1, 1]
    again = [(level, RETURNED_AT) for level in (1, 2, 3)]
    assert levels(order) == [(1, END), *again]
    assert levels(other) == [(1, END)]
    told = Message.objects.filter(purpose="followups.late_a", channel="bell", staff=cast.li).order_by("created_at")
    assert [row.created_at for row in told] == [END + 24 * HOUR, RETURNED_AT + 24 * HOUR]


@pytest.mark.parametrize("is_marked_elsewhere", [False, True])
def test_a_head_who_is_marked_nowhere_hears_of_late_orders(
    order: FollowUpOrder, cast: Cast, is_marked_elsewhere: bool
) -> None:
    cast.wang.department_links.update(is_head=False)
    if is_marked_elsewhere:
        StaffDepartmentFactory(staff=cast.wang, department=DepartmentFactory(), is_head=True)
    escalate(now=END + 48 * HOUR)
    told = Message.objects.filter(purpose="followups.late_a", channel="bell").values_list("staff", flat=True)
    assert (cast.wang.pk in told, cast.chen.pk in told) == (not is_marked_elsewhere, False)


def test_a_second_return_begins_the_levels_once_more(order: FollowUpOrder, cast: Cast, actor: Any) -> None:
    manager = actor("centre_manager")
    for at in (RETURNED_AT, RETURNED_AT + 48 * HOUR):
        FollowUpOrder.objects.update(state="submitted", submitted_by=cast.li, submitted_at=at)
        reviews.return_result(order=order, reason="未问伤口", actor=manager, now=at)
        assert escalate(now=at + 24 * HOUR) == 1
    assert levels(order) == [(1, RETURNED_AT), (1, RETURNED_AT + 48 * HOUR)]


def test_an_order_that_cannot_be_told_holds_no_other_back(
    order: FollowUpOrder, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    other = order_of(cast, cast.li, tier="A", run=order.run, step=order.step, occurrence=2)
    FollowUpOrder.objects.filter(pk=other.pk).update(earliest_on=MONDAY, due_on=MONDAY, latest_on=order.latest_on)
    b = a_late_b_order(cast)
    Reminder.objects.create(order=order, kind="escalation", level=1, since=END, at=END)  # and the order says level 0
    at = END + 48 * HOUR
    assert escalate(now=at) == 4
    assert levels(other) == [(1, END), (2, END)]
    assert levels(b) == [(1, END)]
    assert f"order {order.pk} could not be told" in caplog.text
    of_head = Message.objects.filter(staff=cast.wang).values_list("channel", "context__count")
    assert sorted(of_head) == [("bell", 2), ("email", 2)]  # the second level of both
    escalated = AuditEvent.objects.filter(verb="followups.order.escalate").values_list("object_id", flat=True)
    assert sorted(escalated) == sorted(map(str, [other.pk, other.pk, order.pk, b.pk]))
    assert escalate(now=at) == 0


def test_a_weekly_list_that_fails_silences_no_level(order: FollowUpOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*, now: dt.datetime) -> int:
        raise LookupError("no such text")

    monkeypatch.setattr(weekly_list, "tell_weekly", fails)
    assert escalate(now=END + 24 * HOUR) == 1
