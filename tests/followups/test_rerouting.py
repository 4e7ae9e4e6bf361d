"""A name in the lists understood otherwise: the orders nobody has started follow; contact allowed again."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Department, Hospital
from followups.models import FollowUpOrder, OrderTransfer
from integrations.domain.naming import assign_physician, join_department
from integrations.models import PhysicianMapping
from patients.domain.life import report_death, resume_contact, stop_contact, withdraw_death
from patients.models import Encounter
from tests.cast import Cast, actor_of
from tests.followups.test_planning import A_ORDERS, MONDAY, NOW, a_stay, planned, rows, run_of

pytestmark = pytest.mark.django_db


def _holders(stay: Encounter) -> list[tuple[str, str]]:
    orders = FollowUpOrder.objects.filter(run__encounter=stay).order_by("step__number")
    return [(order.attending.name if order.attending else "", order.assignee.name if order.assignee else "")
            for order in orders]  # fmt: skip


def test_a_corrected_physician_takes_what_nobody_has_started(in_north: Hospital, cast: Cast) -> None:
    officer, chen, xu = actor_of(cast.he), cast.chen, cast.xu
    stay = a_stay(surgery_level=3, attending_name="林知远")
    mapping = PhysicianMapping.objects.create(name="林知远")
    planned(stay)
    assign_physician(mapping, xu, actor=officer, now=NOW)
    assert _holders(stay) == [("许医师", "许医师")] * 4
    FollowUpOrder.objects.filter(step__number=1).update(state="attempted", attempts_count=1)
    OrderTransfer.objects.create(order=FollowUpOrder.objects.get(step__number=2), to_staff=xu, at=NOW, kind="manual")
    assert assign_physician(mapping, chen, actor=officer, now=NOW) == (1, 4)
    assert _holders(stay) == [("陈医师", "许医师"), ("陈医师", "许医师"), ("陈医师", "陈医师"), ("陈医师", "陈医师")]
    assign_physician(mapping, None, actor=officer, now=NOW)
    assert _holders(stay) == [("", "许医师"), ("", "许医师"), ("", ""), ("", "")]
    assert Encounter.objects.get().attending is None


def test_orders_of_a_joined_department_are_its_heads(in_north: Hospital, cast: Cast) -> None:
    wang, officer = cast.wang, actor_of(cast.he)
    found = Department.objects.create(name="心脏内科", is_confirmed=False)
    known = Department.objects.get(name="心内科")
    Department.objects.filter(pk=known.pk).update(is_confirmed=True)
    known.refresh_from_db()
    stay = a_stay(surgery_level=3, department=found)
    planned(stay)
    FollowUpOrder.objects.filter(step__number=1).update(state="attempted", attempts_count=1)
    assert join_department(found, known, actor=officer, now=NOW) == 1
    assert FollowUpOrder.objects.visible_to(actor_of(wang)).count() == 4
    assert set(FollowUpOrder.objects.values_list("department__name", flat=True)) == {"心内科"}
    states = FollowUpOrder.objects.order_by("step__number").values_list("state", "assignee__name")
    assert list(states) == [("attempted", None), *[("dispatched", "王主任")] * 3]


def test_contact_allowed_again_brings_back_what_is_still_ahead(in_north: Hospital, cast: Cast, actor: Any) -> None:
    stay = a_stay(surgery_level=3)
    planned(stay)
    stop_contact(stay.patient, words="不要再打了", actor=None, now=NOW)
    later = dt.datetime(2026, 3, 12, 2, 0, tzinfo=dt.UTC)
    resume_contact(stay.patient, reason="又同意了", actor=actor("centre_manager"), now=later)
    assert (run_of(stay).state, run_of(stay).closed_reason) == ("open", "")
    states = [state for *_step, state in rows(stay)]
    assert states == ["refused", "refused", "planned", "planned"]


def test_a_discharge_during_the_stop_is_followed_once_contact_is_allowed(in_north: Hospital, actor: Any) -> None:
    stay = a_stay(surgery_level=3)
    stop_contact(stay.patient, words="不要再打了", actor=None, now=NOW)
    planned(stay)
    assert rows(stay) == []
    resume_contact(stay.patient, reason="又同意了", actor=actor("centre_manager"), now=NOW)
    assert rows(stay) == A_ORDERS


def test_a_withdrawn_death_and_then_a_lifted_stop_give_everything_back(in_north: Hospital, actor: Any) -> None:
    stay = a_stay(surgery_level=3)
    planned(stay)
    stop_contact(stay.patient, words="不要再打了", actor=None, now=NOW)
    report_death(stay.patient, source="family", deceased_on=MONDAY, actor=None, now=NOW)
    withdraw_death(stay.patient, reason="同名", actor=actor("centre_manager"), now=NOW)
    assert {state for *_step, state in rows(stay)} == {"refused"}
    resume_contact(stay.patient, reason="又同意了", actor=actor("centre_manager"), now=NOW)
    assert rows(stay) == A_ORDERS
