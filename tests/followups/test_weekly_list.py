"""The weekly list of late C orders: one notice per recipient and week, which opens the board on exactly these."""

import datetime as dt
import zoneinfo
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent, Hospital
from followups.domain.escalation import escalate
from followups.domain.protocols import install_default
from followups.models import EscalationRule, FollowUpOrder, Protocol, Reminder
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from tests.cast import CARDIOLOGY, SURGERY, Cast
from tests.followups.factories import EscalationRuleFactory, ProtocolFactory
from tests.followups.scene import order_of, today

pytestmark = pytest.mark.django_db
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
MONDAY = dt.date(2026, 3, 9)


def at(day: dt.date, hour: int = 8) -> dt.datetime:
    """That hour at North."""
    return dt.datetime.combine(day, dt.time(hour), SHANGHAI)


def after(days: int) -> dt.datetime:
    """Eight o'clock so many days after the first Monday."""
    return at(MONDAY + dt.timedelta(days=days))


def late_since(cast: Cast, last: dt.date, **fields: Any) -> FollowUpOrder:
    """An order whose latest day was that."""
    return order_of(cast, **{"tier": "C", "earliest_on": last, "due_on": last, "latest_on": last, **fields})


@pytest.fixture
def protocol(in_north: Hospital, cast: Cast) -> Any:
    """The shipped protocol, with the manager and the head of cardiology at work."""
    assert (cast.qian.is_active, cast.wang.is_active) == (True, True)
    return install_default(now=after(-30))


@pytest.fixture
def late(protocol: Any, cast: Cast) -> list[FollowUpOrder]:
    """Three late C orders of two departments, and what does not belong in the list: late B, and C not late."""
    saturday = MONDAY - dt.timedelta(2)
    late_since(cast, saturday, tier="B")
    late_since(cast, MONDAY + dt.timedelta(60))
    return [late_since(cast, saturday, department=name) for name in (CARDIOLOGY, CARDIOLOGY, SURGERY)]


def tell_heads_too() -> None:
    """A second published protocol, whose weekly list of C also goes to heads of departments."""
    draft = ProtocolFactory()
    EscalationRuleFactory(protocol=draft, tier="C", recipients=["department_head"], is_weekly_list=True)
    Protocol.objects.filter(pk=draft.pk).update(state="published")


def lists() -> list[tuple[int, dict[str, Any], dt.date]]:
    """The lists told: to whom, with what, on which day."""
    told = Message.objects.filter(template="followups.late_list").order_by("pk")
    return [(one.staff_id, one.context, one.created_at.astimezone(SHANGHAI).date()) for one in told]


def test_each_monday_one_notice_tells_the_number_and_none_tells_it_twice(late: Any, cast: Cast) -> None:
    for days in (-1, 0, 0, 1, 6):
        escalate(now=after(days))
    three = (cast.qian.pk, {"tier": "C", "count": 3}, MONDAY)
    assert lists() == [three]
    FollowUpOrder.objects.filter(pk=late[0].pk).update(state="submitted")
    for days in (7, 7, 8):
        escalate(now=after(days))
    assert lists() == [three, (cast.qian.pk, {"tier": "C", "count": 2}, MONDAY + dt.timedelta(7))]
    FollowUpOrder.objects.filter(tier="C").update(state="submitted")
    escalate(now=after(14))
    assert len(lists()) == 2
    assert AuditEvent.objects.filter(verb="followups.late_list.tell").count() == 2
    assert Reminder.objects.filter(order__tier="C").count() == 0


def test_list_of_a_missed_monday_comes_on_tuesday(late: Any, cast: Cast) -> None:
    escalate(now=after(1))
    escalate(now=after(2))
    assert lists() == [(cast.qian.pk, {"tier": "C", "count": 3}, MONDAY + dt.timedelta(1))]


def test_what_turns_late_after_monday_waits_for_the_next(protocol: Any, cast: Cast) -> None:
    late_since(cast, MONDAY)
    for days in (0, 1, 6):
        escalate(now=after(days))
    assert lists() == []
    escalate(now=after(7))
    assert lists() == [(cast.qian.pk, {"tier": "C", "count": 1}, MONDAY + dt.timedelta(7))]


def test_a_head_is_told_of_the_own_departments(late: Any, cast: Cast) -> None:
    tell_heads_too()
    escalate(now=after(0))
    assert sorted((staff, said["count"]) for staff, said, _day in lists()) == sorted(
        [(cast.qian.pk, 3), (cast.wang.pk, 2)]
    )


def test_a_head_who_is_marked_nowhere_is_told_as_one(late: Any, cast: Cast) -> None:
    cast.wang.department_links.update(is_head=False)
    tell_heads_too()
    escalate(now=after(0))
    assert (cast.wang.pk, 2) in [(staff, said["count"]) for staff, said, _day in lists()]
    assert cast.chen.pk not in [staff for staff, _said, _day in lists()]


@pytest.mark.parametrize(("role", "name", "count"), [("centre_manager", "qian", 3), ("department_head", "wang", 2)])
def test_notice_opens_the_board_on_as_many_orders(
    protocol: Any, cast: Cast, client_as: Any, role: str, name: str, count: int
) -> None:
    order_of(cast, days=-9, tier="B")
    order_of(cast, days=3, tier="C")
    for department in (CARDIOLOGY, CARDIOLOGY, SURGERY):
        order_of(cast, days=-9, tier="C", department=department)
    tell_heads_too()
    escalate(now=at(today()))
    notice = Message.objects.get(template="followups.late_list", staff=getattr(cast, name))
    Message.objects.filter(pk=notice.pk).update(state="delivered")
    client = client_as(role)
    page = client.get(client.post(client.url("messaging:open", notice.public_id)).url)
    with hospital_scope(cast.hospital):
        shown = [(row.order.tier, row.order.is_late(today())) for row in page.context["rows"]]
    assert (notice.context["count"], shown) == (count, [("C", True)] * count)


def test_a_weekly_list_is_refused_for_those_without_a_board(protocol: Any) -> None:
    rule = EscalationRule.objects.get(tier="C")
    rule.clean()
    rule.recipients = ["centre_manager", "head_nurse"]
    with pytest.raises(ValidationError):
        rule.clean()
