"""A reassignment goes back as a whole, for a quarter of an hour and while nobody has begun."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from accounts.models import AuditEvent, Hospital, StaffMember
from followups.domain import dispatch, refusals
from followups.domain.execution import start
from followups.models import CallInHand, FollowUpOrder, OrderTransfer, ProtocolStep
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient, actor_of
from tests.followups.scene import order_of

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def given(in_north: Hospital, cast: Cast) -> tuple[list[FollowUpOrder], dt.datetime]:
    """Three orders that the manager gave the nurse: a physician's, one of the pool, one of nobody."""
    waiting = [(cast.chen, "attending"), (None, "centre"), (None, "")]
    orders = [order_of(cast, staff, assignee_role=role) for staff, role in waiting]
    at = timezone.now()
    dispatch.reassign(orders=orders, to=cast.li, reason="点错", actor=actor_of(cast.qian), now=at)
    return orders, at


def held(orders: list[FollowUpOrder]) -> list[tuple[str | None, str, str]]:
    rows = FollowUpOrder.objects.filter(pk__in=[one.pk for one in orders]).order_by("pk")
    return list(rows.values_list("assignee__name", "assignee_role", "state"))


def test_all_go_back_to_whom_they_came_from(given: Any, cast: Cast) -> None:
    orders, at = given
    assert [name for name, _role, _state in held(orders)] == ["李护士"] * 3
    with pytest.raises(refusals.NotAllowed):
        dispatch.undo_reassignment(at=at, actor=actor_of(cast.wang), now=at + MINUTE)
    assert dispatch.undo_reassignment(at=at, actor=actor_of(cast.qian), now=at + MINUTE) == 3
    before = [("陈医师", "attending", "dispatched"), (None, "centre", "planned"), (None, "", "planned")]
    assert held(orders) == before
    assert OrderTransfer.objects.filter(kind="undone").count() == 3
    assert AuditEvent.objects.filter(verb="followups.orders.undo_reassign").count() == 1
    with pytest.raises(refusals.SomethingFollowed):
        dispatch.undo_reassignment(at=at, actor=actor_of(cast.qian), now=at + MINUTE)


def test_none_goes_back_once_one_was_begun_or_the_time_is_over(given: Any, cast: Cast) -> None:
    orders, at = given
    with pytest.raises(refusals.TooLateToUndo):
        dispatch.undo_reassignment(at=at, actor=actor_of(cast.qian), now=at + 16 * MINUTE)
    start(order=orders[1], actor=actor_of(cast.li), now=at + MINUTE)
    with pytest.raises(refusals.SomethingFollowed):
        dispatch.undo_reassignment(at=at, actor=actor_of(cast.qian), now=at + 2 * MINUTE)
    assert [name for name, _role, _state in held(orders)] == ["李护士"] * 3


def test_the_message_leads_back(north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]) -> None:
    order, client = order_of(cast, cast.chen), client_as("centre_manager")
    sent = {"act": "reassign", "picked": order.public_id, "confirmed": "1", "to": cast.li.public_id, "reason": "点错"}
    answer = client.post("followups/act/", sent)
    (said,) = get_messages(answer.wsgi_request)
    address = str(said.extra_tags).removeprefix("undo:")
    assert client_as("physician").post(address).status_code == 403
    assert client.get(address).status_code == 405
    assert "已退回1步" in client.post(address, follow=True).content.decode()
    assert client.post(client.url("followups:undo-reassign", 10**30)).status_code == 404
    with hospital_scope(north):
        order.refresh_from_db()
        assert order.assignee == cast.chen


def test_none_goes_back_while_somebody_has_one_in_hand(given: Any, cast: Cast) -> None:
    orders, at = given
    CallInHand.objects.create(order=orders[2], staff=cast.sun, taken_at=at)
    with pytest.raises(refusals.SomethingFollowed):
        dispatch.undo_reassignment(at=at, actor=actor_of(cast.qian), now=at + MINUTE)
    assert [name for name, _role, _state in held(orders)] == ["李护士"] * 3


def test_what_came_from_somebody_who_left_goes_down_the_ladder(given: Any, cast: Cast) -> None:
    orders, at = given
    StaffMember.objects.filter(pk=cast.chen.pk).update(is_active=False)
    FollowUpOrder.objects.filter(pk=orders[0].pk).update(attending=cast.chen)
    ProtocolStep.objects.filter(pk=orders[0].step_id).update(ladder=["attending", "department_head", "centre"])
    head = cast.wang
    assert dispatch.undo_reassignment(at=at, actor=actor_of(cast.qian), now=at + MINUTE) == 3
    assert [name for name, _role, _state in held(orders)] == [head.name, None, None]
