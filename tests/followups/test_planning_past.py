"""Stays that were over before planning began: tier only, unless somebody asks for the day or the past."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Hospital, HospitalSettings
from followups.domain import planning
from followups.domain.planning import plan_hospital
from followups.models import FollowUpOrder, FollowUpRun, TierAssignment
from hospital_crm.tenancy.scope import hospital_scope
from tests.followups.test_planning import A_ORDERS, B_ORDERS, a_stay, planned, rows, run_of

MONDAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 3, 2, 0, tzinfo=dt.UTC)


def test_a_stay_that_is_over_is_not_enrolled(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=3)
    planned(stay, on=dt.date(2027, 3, 2))
    assert (run_of(stay).closed_reason, {state for *_, state in rows(stay)}) == ("before_start", {"void"})
    assert TierAssignment.objects.get().tier == "A"


def test_with_past_everything_is_planned_as_late(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=2)
    planned(stay, on=dt.date(2027, 3, 2), with_past=True)
    assert [row for row in rows(stay) if row[0] != "B4"] == B_ORDERS


@pytest.mark.parametrize("asked", [{"with_past": True}, {"on": dt.date(2026, 3, 3), "reopens": True}])
def test_who_asks_for_the_day_or_the_past_has_old_stays_followed_all_the_same(
    in_north: Hospital, asked: dict[str, Any]
) -> None:
    stay, today = a_stay(surgery_level=2), dt.date(2027, 3, 2)
    planned(stay, on=today)
    assert list(planning.waiting_stays(today, too_old=True)) == [stay]
    result = planned(stay, **{"on": today, **asked})
    assert (result.runs_opened, result.orders_created >= 3) == (1, True)
    assert [row for row in rows(stay) if row[0] != "B4"] == B_ORDERS
    again = planned(stay, **{"on": today, **asked})
    assert (again.runs_opened, again.orders_created, FollowUpRun.objects.count()) == (0, 0, 1)
    planned(stay, on=today)
    assert run_of(stay).state == "open"


@pytest.mark.parametrize("asked", [{"with_past": True}, {"on": dt.date(2026, 3, 3), "reopens": True}])
def test_steps_that_were_over_come_back_in_a_run_that_goes_on(in_north: Hospital, asked: dict[str, Any]) -> None:
    stay, later = a_stay(surgery_level=3), dt.date(2026, 3, 12)
    planned(stay, on=later)
    over = [(step, n, day, "void") for step, n, day, _state in A_ORDERS[:2]]
    assert (run_of(stay).state, rows(stay)[:4]) == ("open", [*over, *A_ORDERS[2:]])
    planned(stay, on=later)
    assert (rows(stay)[:2], list(planning.waiting_stays(later))) == (over, [])
    assert list(planning.waiting_stays(later, too_old=True)) == [stay]
    assert planned(stay, **{"on": later, **asked}).orders_changed == 2
    assert (rows(stay)[:4], planned(stay, **{"on": later, **asked}).orders_changed) == (A_ORDERS, 0)
    assert list(planning.waiting_stays(later, too_old=True)) == []


def test_a_step_before_a_call_that_was_made_does_not_come_back(in_north: Hospital) -> None:
    stay, later = a_stay(surgery_level=3), dt.date(2026, 3, 12)
    planned(stay, on=later)
    FollowUpOrder.objects.filter(step__number=3).update(attempts_count=1, state="attempted")
    planned(stay, on=later, with_past=True)
    assert [state for *_, state in rows(stay)][:4] == ["void", "void", "attempted", "planned"]


def test_an_old_stay_stays_closed_for_a_day_on_which_it_was_over(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=2)
    planned(stay, on=dt.date(2027, 3, 2))
    run = run_of(stay)
    planned(stay, on=dt.date(2027, 3, 1), reopens=True)
    assert run_of(stay).pk == run.pk


def test_command_for_a_past_day_follows_what_a_worker_has_closed_meanwhile(north: Hospital, capsys: Any) -> None:
    with hospital_scope(north):
        a_stay(surgery_level=2)
    plan_hospital(north, now=NOW, on=dt.date(2027, 3, 2), workers=1)
    printed = []
    for _turn in ("first", "again"):
        call_command("plan_followups", hospital="north", on=dt.date(2026, 3, 3), workers=1, json=True)
        said = json.loads(capsys.readouterr().out)
        printed.append((said["runs_opened"], said["orders_created"]))
    assert printed == [(1, len(B_ORDERS)), (0, 0)]


def test_discharges_before_the_hospitals_start_get_their_tier_only(in_north: Hospital) -> None:
    HospitalSettings.objects.update(followups_start_on=dt.date(2026, 3, 3))
    stay = a_stay(surgery_level=3)
    planned(stay)
    assert (TierAssignment.objects.get().tier, FollowUpRun.objects.count()) == ("A", 0)
    assert list(planning.waiting_stays(dt.date(2026, 3, 3))) == []
