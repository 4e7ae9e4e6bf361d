"""Whoever calls is led to the part of the day that nobody has tried, before the call: three days are then enough."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override

from accounts.actors import Actor
from accounts.models import HospitalSettings
from followups.domain import refusals
from followups.domain.day_parts import next_try, part_of_call
from followups.models import Attempt, FollowUpOrder
from followups.views.open_order import open_order
from followups.views.rows import for_rows, row_of, whole
from hospital_crm.tenancy.middleware import mounted_at
from tests.cast import Cast
from tests.followups.calling import AFTERNOON, BETWEEN, DAY, EVENING, MORNING, call
from tests.followups.factories import AttemptFactory
from tests.followups.scene import order_of, today
from tests.followups.test_pages_working import inside

__all__ = ["inside"]
pytestmark = pytest.mark.django_db
NOON = MORNING + dt.timedelta(hours=3)


def row(order: FollowUpOrder, reader: Actor, at: dt.datetime) -> tuple[str, bool]:
    """What the list says comes next, and whether the present part of the day is the one."""
    with override("zh-hans"), mounted_at("/north/", settings.HOSPITAL_URLCONF):
        found = row_of(for_rows(FollowUpOrder.objects.filter(pk=order.pk)).get(), actor=reader, now=at)
        return found.next, found.is_best_now


def told(order: FollowUpOrder, reader: Actor, at: dt.datetime) -> list[tuple[str, str]]:
    """What the open order says before the call."""
    with override("zh-hans"), mounted_at("/north/", settings.HOSPITAL_URLCONF):
        found = whole(FollowUpOrder.objects.filter(pk=order.pk)).get()
        return [(one.word, one.text) for one in open_order(found, actor=reader, now=at, page="x").warnings]


@pytest.mark.parametrize(
    ("tried", "at", "may_today", "expected"),
    [
        ({"morning"}, MORNING, True, ("2026-03-09", "afternoon", False, True)),
        ({"morning"}, AFTERNOON, True, ("2026-03-09", "afternoon", True, False)),
        ({"afternoon"}, AFTERNOON, True, ("2026-03-09", "evening", False, True)),
        ({"afternoon"}, EVENING + dt.timedelta(hours=2), True, ("2026-03-10", "morning", False, True)),
        ({"morning", "afternoon"}, MORNING, True, ("2026-03-09", "evening", False, True)),
        ({"morning"}, MORNING, False, ("2026-03-10", "afternoon", False, True)),
        ({"other"}, NOON, True, ("2026-03-09", "afternoon", False, True)),
        ({"morning", "afternoon", "evening"}, MORNING, True, ("2026-03-09", "morning", True, False)),
        (set(), MORNING, True, ("2026-03-09", "morning", True, False)),
        (set(), NOON, True, ("2026-03-09", "afternoon", False, False)),
    ],
)
def test_the_next_try_is_in_a_part_of_the_day_not_tried(
    in_north: None, tried: set[str], at: dt.datetime, may_today: bool, expected: tuple
) -> None:
    found = next_try(tried, (8, 21), now=at, may_today=may_today)
    assert (found.on.isoformat(), found.part.value, found.is_now, found.repeats) == expected


def test_a_part_outside_of_the_hospitals_hours_is_not_proposed(order: FollowUpOrder, nurse: Actor) -> None:
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=18)
    call(order, nurse, "no_answer")
    call(order, nurse, "no_answer", at=AFTERNOON + DAY)
    assert row(order, nurse, AFTERNOON + 2 * DAY) == ("现在再试（上午、下午已试）", True)


def test_lists_name_what_was_tried_and_mark_who_is_best_called_now(order: FollowUpOrder, nurse: Actor) -> None:
    assert row(order, nurse, MORNING) == ("首次拨打", False)
    call(order, nurse, "no_answer")
    assert row(order, nurse, AFTERNOON) == ("03-10 14–18时再试（上午已试）", False)
    assert row(order, nurse, MORNING + DAY) == ("14–18时再试（上午已试）", False)
    assert row(order, nurse, AFTERNOON + DAY) == ("现在再试（上午已试）", True)
    call(order, nurse, "no_answer", at=AFTERNOON + DAY)
    assert row(order, nurse, MORNING + 2 * DAY) == ("18–20时再试（上午、下午已试）", False)
    assert row(order, nurse, EVENING + 2 * DAY) == ("现在再试（上午、下午已试）", True)
    call(order, nurse, "no_answer", at=EVENING + 2 * DAY)
    assert row(order, nurse, MORNING + 3 * DAY) == ("家属号码或失访", False)


def test_the_phone_says_it_under_the_person(cast: Cast, client_as: Any, inside: None) -> None:
    made = order_of(cast, cast.chen, attending=cast.chen, days=0, attempts_count=3)
    for n, part in enumerate(("morning", "afternoon", "evening")):
        AttemptFactory(order=made, patient=made.patient, on=today() - dt.timedelta(n + 1), day_part=part)
    assert "家属号码或失访" in client_as("physician").get("followups/mine/").content.decode()


def test_tier_a_is_proposed_for_another_part_of_the_same_day(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.update(tier="A")
    call(order, nurse, "no_answer")
    assert row(order, nurse, MORNING) == ("14–18时再试（上午已试）", False)


def test_tier_a_is_tried_in_each_part_of_a_day_once(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.update(tier="A")
    hour = dt.timedelta(hours=1)
    for at in (MORNING, AFTERNOON, EVENING):
        call(order, nurse, "no_answer", at=at)
        with pytest.raises((refusals.TriedAtThisTime, refusals.TriedAtThisTimeToday)):
            call(order, nurse, "no_answer", at=at + hour / 2)
    assert row(order, nurse, EVENING + hour / 2) == ("03-10 09–12时再试（上午、下午、晚间已试）", False)
    assert told(order, nurse, EVENING + hour / 2)[-1] == (
        "今天已拨",
        "上午、下午、晚间已试，下次03-10 09–12时",
    )
    call(order, nurse, "no_answer", at=MORNING + DAY)
    with pytest.raises(refusals.TriedAtThisTimeToday):
        call(order, nurse, "no_answer", at=MORNING + DAY + hour)
    assert row(order, nurse, MORNING + DAY + hour) == ("14–18时再试（上午、下午、晚间已试）", False)
    call(order, nurse, "no_answer", at=AFTERNOON + DAY)


def test_an_agreed_time_and_safety_are_called_at_in_a_part_tried_that_day(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.update(tier="A")
    for at in (MORNING, AFTERNOON, EVENING):
        call(order, nurse, "no_answer", at=at)
    FollowUpOrder.objects.update(agreed_at=EVENING)
    call(order, nurse, "no_answer", at=EVENING)
    FollowUpOrder.objects.update(agreed_at=None, has_finding=True)
    call(order, nurse, "no_answer", at=EVENING)


def test_who_was_called_today_for_another_order_is_not_proposed_today(order: FollowUpOrder, nurse: Actor) -> None:
    other = FollowUpOrder.objects.exclude(pk=order.pk).first()
    assert other is not None
    call(other, nurse, "no_answer")
    assert row(order, nurse, AFTERNOON) == ("今天已拨，03-10起首次拨打", False)
    assert row(order, nurse, AFTERNOON + DAY) == ("首次拨打", False)


def test_the_order_says_before_the_call_that_another_time_is_better(order: FollowUpOrder, nurse: Actor) -> None:
    assert told(order, nurse, MORNING) == []
    call(order, nurse, "no_answer")
    assert told(order, nurse, AFTERNOON) == [("今天已拨", "上午已试，下次03-10 14–18时")]
    assert told(order, nurse, MORNING + DAY) == [("本时段已试", "上午已试，下次14–18时")]
    assert told(order, nurse, BETWEEN + DAY) == [("换个时段", "上午已试，宜在14–18时再拨。")]
    assert told(order, nurse, AFTERNOON + DAY) == [("时段合适", "上午已试，本时段尚未试过。")]
    call(order, nurse, "no_answer", at=AFTERNOON + DAY)
    assert told(order, nurse, MORNING + 2 * DAY) == [("本时段已试", "上午、下午已试，下次18–20时")]


def test_an_agreed_time_is_called_at_and_nothing_is_proposed(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "no_answer")
    FollowUpOrder.objects.filter(pk=order.pk).update(agreed_at=MORNING + DAY)
    assert told(order, nurse, MORNING + DAY) == []
    assert row(order, nurse, MORNING + DAY) == ("按约拨打", False)


def test_where_every_part_was_tried_on_fewer_days_any_will_do(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.update(tier="A")
    for at in (MORNING, AFTERNOON, EVENING):
        call(order, nurse, "no_answer", at=at)
    assert told(order, nurse, MORNING + DAY) == []
    assert row(order, nurse, MORNING + DAY) == ("现在再试（上午、下午、晚间已试）", True)


def test_three_days_are_enough_for_who_follows_the_proposal(order: FollowUpOrder, nurse: Actor) -> None:
    at = MORNING
    for _n in range(3):
        call(order, nurse, "no_answer", at=at)
        known = Attempt.objects.values_list("day_part", flat=True)
        following = next_try(set(known), (8, 21), now=at, may_today=False)
        hour = {"morning": 10, "afternoon": 15, "evening": 18}[following.part]
        at = dt.datetime.combine(following.on, dt.time(hour), order.hospital.tz)
    assert sorted(Attempt.objects.values_list("day_part", flat=True)) == ["afternoon", "evening", "morning"]
    assert row(order, nurse, at)[0] == "家属号码或失访"


@pytest.mark.parametrize(
    ("hour", "until", "tried", "part"),
    [
        (20.1, 21, set(), "evening"),
        (20.1, 21, {"evening"}, "other"),
        (20.6, 21, set(), "other"),
        (12.4, 21, set(), "morning"),
        (12.4, 21, {"morning"}, "other"),
        (13, 21, set(), "other"),
        (18.1, 21, set(), "evening"),
        (21.2, 20, set(), "evening"),
        (18.5, 18, set(), "afternoon"),
        (22.5, 21, set(), "other"),
        (8.5, 21, set(), "other"),
    ],
)
def test_a_call_is_of_the_part_in_which_it_was_made(
    in_north: Any, hour: float, until: int, tried: set[str], part: str
) -> None:
    midnight = MORNING - dt.timedelta(hours=10)
    assert part_of_call(midnight + dt.timedelta(hours=hour), (8, until), tried=lambda: tried) == part


def test_a_call_of_the_evening_that_is_written_down_after_it_is_one_of_the_evening(
    order: FollowUpOrder, nurse: Actor
) -> None:
    eight = EVENING + dt.timedelta(hours=1.5)
    call(order, nurse, "no_answer", at=eight + dt.timedelta(minutes=10))
    call(order, nurse, "no_answer", at=eight + DAY + dt.timedelta(minutes=10))
    assert list(Attempt.objects.values_list("day_part", flat=True)) == ["evening", "other"]


def test_what_is_written_down_after_the_hours_was_called_within_them(order: FollowUpOrder, nurse: Actor) -> None:
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=18)
    call(order, nurse, "no_answer", at=EVENING)
    assert Attempt.objects.get().day_part == "afternoon"


def test_a_call_for_safety_is_made_when_it_is_written_down(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.update(has_finding=True)
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=18)
    call(order, nurse, "no_answer", at=EVENING)
    assert Attempt.objects.get().day_part == "evening"
