"""A corrected ward, department or physician of a stay: orders change hands as all orders do, or stay where given."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Department, Hospital, Ward
from followups.domain import dispatch
from followups.models import FollowUpOrder, OrderTransfer
from messaging.models import Message
from patients.models import Encounter
from tests.accounts.factories import StaffMemberFactory
from tests.cast import CARDIOLOGY, CARDIOLOGY_WARD, Cast
from tests.followups.test_planning import NOW, a_stay, planned, run_of
from tests.patients.factories import EncounterFactory


@pytest.fixture
def stay(in_north: Hospital, cast: Cast) -> Encounter:
    """A stay of tier B without a place: its three orders wait in the centre's pool."""
    assert cast.li and cast.zhou and cast.chen and cast.wang
    found = a_stay(surgery_level=2)
    planned(found)
    assert set(FollowUpOrder.objects.values_list("assignee", "assignee_role")) == {(None, "centre")}
    return found


def corrected(stay: Encounter, **fields: Any) -> None:
    Encounter.objects.filter(pk=stay.pk).update(**fields)
    planned(stay)


def in_the_ward(stay: Encounter) -> None:
    """The list says by now in which ward it was."""
    corrected(stay, department=Department.objects.get(name=CARDIOLOGY), ward=Ward.objects.get(name=CARDIOLOGY_WARD))


def test_the_next_one_is_told_and_the_change_is_kept(stay: Encounter, cast: Cast) -> None:
    in_the_ward(stay)
    orders = FollowUpOrder.objects.all()
    (holder,) = set(orders.values_list("assignee", flat=True))
    assert holder in (cast.li.pk, cast.zhou.pk)
    assert set(orders.values_list("assignee_role", "state", "ward__name")) == {("nurse", "dispatched", CARDIOLOGY_WARD)}
    kept = OrderTransfer.objects.values_list("from_staff", "to_staff", "by", "kind")
    assert list(kept) == [(None, holder, None, "stay")] * 3
    message = Message.objects.get(purpose="followups.assigned")
    assert (message.staff_id, message.context) == (holder, {"count": 3})
    planned(stay)
    assert OrderTransfer.objects.count() == 3


def test_a_corrected_physician_takes_the_orders_of_his_rung(stay: Encounter, cast: Cast) -> None:
    corrected(stay, attending=cast.chen)
    assert set(FollowUpOrder.objects.values_list("assignee", "attending")) == {(cast.chen.pk, cast.chen.pk)}
    assert set(OrderTransfer.objects.values_list("to_staff", "kind")) == {(cast.chen.pk, "stay")}


def test_what_was_given_by_hand_and_what_was_begun_stay_where_they_are(stay: Encounter, cast: Cast, actor: Any) -> None:
    by_hand, begun, free = FollowUpOrder.objects.order_by("due_on")
    manager = actor("centre_manager")
    dispatch.reassign(orders=[by_hand], to=cast.wang, reason="患者要求", actor=manager, now=NOW)
    FollowUpOrder.objects.filter(pk=begun.pk).update(state="attempted", attempts_count=1, assignee=cast.wang)
    in_the_ward(stay)
    held = list(FollowUpOrder.objects.order_by("due_on").values_list("assignee", "ward__name"))
    assert held[:2] == [(cast.wang.pk, CARDIOLOGY_WARD), (cast.wang.pk, None)]
    assert held[2][0] in (cast.li.pk, cast.zhou.pk)
    assert list(OrderTransfer.objects.filter(kind="stay").values_list("order", flat=True)) == [free.pk]


def test_what_was_given_by_hand_and_taken_back_follows_the_stay_again(stay: Encounter, cast: Cast, actor: Any) -> None:
    manager, orders = actor("centre_manager"), list(FollowUpOrder.objects.order_by("due_on"))
    dispatch.reassign(orders=orders[:1], to=cast.zhou, reason="患者要求", actor=manager, now=NOW)
    at = NOW + dt.timedelta(minutes=1)
    dispatch.reassign(orders=orders[:2], to=cast.wang, reason="点错", actor=manager, now=at)
    assert dispatch.undo_reassignment(at=at, actor=manager, now=at + dt.timedelta(minutes=1)) == 2
    corrected(stay, attending=cast.chen)
    held = FollowUpOrder.objects.order_by("due_on").values_list("assignee__name", flat=True)
    assert list(held) == [cast.zhou.name, cast.chen.name, cast.chen.name]


def test_what_comes_back_after_a_cancelled_discharge_is_with_whom_it_was_given_to(
    stay: Encounter, cast: Cast, actor: Any
) -> None:
    by_hand = FollowUpOrder.objects.earliest("due_on")
    dispatch.reassign(orders=[by_hand], to=cast.wang, reason="患者要求", actor=actor("centre_manager"), now=NOW)
    corrected(stay, is_cancelled=True)
    assert set(FollowUpOrder.objects.values_list("state", flat=True)) == {"void"}
    corrected(stay, is_cancelled=False)
    back = FollowUpOrder.objects.order_by("due_on").values_list("assignee", "state")
    assert list(back) == [(cast.wang.pk, "dispatched"), (None, "planned"), (None, "planned")]


def test_on_hold_it_finds_its_people_and_waits_for_the_same_reason(stay: Encounter, cast: Cast) -> None:
    back = EncounterFactory(patient=stay.patient, admitted_on=dt.date(2026, 3, 3), discharged_on=None)
    planned(back)
    corrected(stay, attending=cast.chen)
    held = set(FollowUpOrder.objects.values_list("assignee", "state", "state_reason"))
    assert (run_of(stay).state, held) == ("suspended", {(cast.chen.pk, "suspended", "in_house")})


def test_a_home_visit_that_goes_back_to_the_ladder_is_a_call(in_north: Hospital, cast: Cast) -> None:
    found = a_stay(surgery_level=3)
    planned(found)
    visitor = StaffMemberFactory(name="访视护士")
    FollowUpOrder.objects.update(assignee=visitor, channel="visit", assignee_role="", state="dispatched")
    corrected(found, attending=cast.chen)
    assert set(FollowUpOrder.objects.values_list("assignee", "channel")) == {(cast.chen.pk, "phone")}


def test_what_is_late_no_more_by_the_corrected_day_is_late_anew_when_its_window_ends(stay: Encounter) -> None:
    orders = FollowUpOrder.objects.filter(step__number=1)
    orders.update(earliest_on="2025-01-01", due_on="2025-01-02", latest_on="2025-01-03", escalation_level=2)
    planned(stay)
    order = orders.get()
    assert (order.latest_on >= NOW.date(), order.escalation_level) == (True, 0)
    orders.update(escalation_level=1)
    in_the_ward(stay)
    assert orders.get().escalation_level == 1
