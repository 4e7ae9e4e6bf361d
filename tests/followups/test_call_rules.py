"""When a person may be called: tries, days, the hours of the hospital, and what comes after the last try."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override

from accounts.actors import Actor
from accounts.models import HospitalSettings
from followups.domain import refusals
from followups.domain.calls import advice_for
from followups.models import Attempt, FollowUpOrder
from followups.views.rows import for_rows, row_of
from hospital_crm.tenancy.middleware import mounted_at
from messaging.models import Touch
from tests.followups.calling import AFTERNOON, BETWEEN, DAY, EVENING, MORNING, call, call_in_vain
from tests.followups.factories import AttemptFactory
from tests.messaging.factories import TouchFactory


def test_at_most_three_unreached_tries_on_three_days(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "no_answer")
    with pytest.raises(refusals.CalledToday):
        call(order, nurse, "busy", at=MORNING + dt.timedelta(hours=5))
    call(order, nurse, "busy", at=AFTERNOON + DAY)
    call(order, nurse, "switched_off", at=BETWEEN + 2 * DAY)
    for at in (MORNING, BETWEEN, AFTERNOON, EVENING):
        with pytest.raises(refusals.TooManyAttempts):
            call(order, nurse, "no_answer", at=at + 3 * DAY)
    assert (Attempt.objects.count(), FollowUpOrder.objects.get(pk=order.pk).attempts_count) == (3, 3)
    assert call(order, nurse, "completed_family", at=MORNING + 3 * DAY).order.state == "submitted"


def test_tries_of_one_day_are_one_of_the_three(order: FollowUpOrder, nurse: Actor, actor: Any) -> None:
    def shown(at: dt.datetime) -> tuple[str, str, int]:
        row = row_of(for_rows(FollowUpOrder.objects.filter(pk=order.pk)).get(), actor=actor("physician"), now=at)
        return row.unreached, row.next, advice_for(order, now=at).attempts_left

    FollowUpOrder.objects.update(tier="A")
    with override("zh-hans"), mounted_at("/north/", settings.HOSPITAL_URLCONF):
        call(order, nurse, "no_answer")
        assert shown(MORNING) == ("1/3天", "14–18时再试（上午已试）", 2)
        call(order, nurse, "no_answer", at=AFTERNOON)
        assert shown(AFTERNOON) == ("1/3天", "18–20时再试（上午、下午已试）", 2)
        call(order, nurse, "busy", at=EVENING + DAY)
        assert shown(EVENING + DAY)[::2] == ("2/3天", 1)
        call(order, nurse, "busy", at=MORNING + 2 * DAY)
        assert shown(MORNING + 2 * DAY) == ("3/3天", "家属号码或失访", 0)
    for at in (EVENING + 2 * DAY, MORNING + 3 * DAY):
        with pytest.raises(refusals.TooManyAttempts):
            call(order, nurse, "no_answer", at=at)


def test_a_part_of_the_day_is_tried_once_while_another_is_left(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "no_answer")
    with override("zh-hans"), pytest.raises(refusals.TriedAtThisTime) as refused:
        call(order, nurse, "busy", at=MORNING + DAY)
    with override("zh-hans"):
        assert str(refused.value) == "本时段已拨打过，未接通。下次宜在14–18时、18–20时拨打。"
    call(order, nurse, "busy", at=BETWEEN + DAY)
    for at in (MORNING, BETWEEN):
        with pytest.raises(refusals.TriedAtThisTime):
            call(order, nurse, "busy", at=at + 2 * DAY)
    assert call(order, nurse, "completed", at=MORNING + 2 * DAY).order.state == "submitted"
    assert list(Attempt.objects.values_list("day_part", flat=True)) == ["morning", "other", "morning"]


def test_an_agreed_time_and_safety_repeat_a_part_of_the_day(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "no_answer")
    FollowUpOrder.objects.filter(pk=order.pk).update(agreed_at=MORNING + DAY)
    assert may_call(order, MORNING + DAY) is True
    call(order, nurse, "busy", at=MORNING + DAY)
    FollowUpOrder.objects.filter(pk=order.pk).update(agreed_at=None)
    assert may_call(order, MORNING + 2 * DAY) is False
    FollowUpOrder.objects.filter(pk=order.pk).update(has_finding=True)
    assert may_call(order, MORNING + 2 * DAY) is True
    assert call(order, nurse, "busy", at=MORNING + 2 * DAY).order.attempts_count == 3


def may_call(order: FollowUpOrder, at: dt.datetime) -> bool:
    """Whether the page offers the numbers at this moment."""
    return advice_for(FollowUpOrder.objects.get(pk=order.pk), now=at).may_call


def test_a_reason_for_a_second_call_does_not_open_a_fourth_try(order: FollowUpOrder, nurse: Actor) -> None:
    call_in_vain(order, nurse)
    for tier in ("B", "A"):
        FollowUpOrder.objects.update(tier=tier)
        for reason in ("asked", "cut_off", "called_back"):
            with pytest.raises(refusals.TooManyAttempts):
                call(order, nurse, "no_answer", at=MORNING + 3 * DAY, second_call=reason)
    assert seconds() == [("no_answer", "")] * 3


def test_one_second_call_of_a_day_that_nobody_answered_is_enough(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "no_answer")
    call(order, nurse, "busy", at=MORNING + dt.timedelta(hours=1), second_call="asked")
    for n, of in ((2, order), (3, FollowUpOrder.objects.get(step__number=2))):
        with pytest.raises(refusals.CalledToday):
            call(of, nurse, "busy", at=MORNING + dt.timedelta(hours=n), second_call="cut_off")
    call(order, nurse, "partly", at=MORNING + dt.timedelta(hours=4), second_call="asked", agreed_at=MORNING + 9 * DAY)
    call(order, nurse, "no_answer", at=AFTERNOON + DAY)
    call(order, nurse, "busy", at=AFTERNOON + DAY + dt.timedelta(hours=1), second_call="asked")
    assert [reason for _outcome, reason in seconds()] == ["", "asked", "asked", "", "asked"]


def seconds() -> list[tuple[str, str]]:
    return list(Attempt.objects.order_by("pk").values_list("outcome", "second_call"))


@pytest.mark.parametrize("reason", ["called_back", "asked", "cut_off"])
def test_somebody_reached_on_the_second_call_of_a_day_is_kept_with_the_reason(
    order: FollowUpOrder, nurse: Actor, reason: str
) -> None:
    later = MORNING + dt.timedelta(hours=6)
    call(order, nurse, "no_answer")
    with pytest.raises(refusals.SecondCallUnexplained):
        call(order, nurse, "completed", at=later)
    assert call(order, nurse, "completed", at=later, second_call=reason).order.state == "submitted"
    assert seconds() == [("no_answer", ""), ("completed", reason)]


def test_a_second_call_of_a_day_that_nobody_answered_needs_that_it_was_asked_for(
    order: FollowUpOrder, nurse: Actor
) -> None:
    later = MORNING + dt.timedelta(hours=6)
    call(order, nurse, "refused_now", at=MORNING - DAY)
    FollowUpOrder.objects.filter(pk=order.pk).update(state="attempted", closed_at=None)
    call(order, nurse, "no_answer")
    for reason in ("", "called_back"):
        with pytest.raises(refusals.CalledToday):
            call(order, nurse, "busy", at=later, second_call=reason)
    call(order, nurse, "busy", at=later, second_call="asked")
    assert seconds()[1:] == [("no_answer", ""), ("busy", "asked")]
    assert advice_for(FollowUpOrder.objects.get(pk=order.pk), now=later).attempts_left == 2


def test_a_first_call_and_one_that_is_not_bound_are_not_marked(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "no_answer", second_call="asked")
    FollowUpOrder.objects.update(tier="A")
    call(order, nurse, "busy", at=BETWEEN, second_call="asked")
    FollowUpOrder.objects.update(tier="B")
    call(order, nurse, "completed", at=MORNING + dt.timedelta(hours=4), has_finding=True)
    assert seconds() == [("no_answer", ""), ("busy", ""), ("completed", "")]


def test_what_is_learned_without_a_call_asks_for_no_reason(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "no_answer")
    assert call(order, nurse, "readmitted", at=MORNING + dt.timedelta(hours=4)).order.state == "readmitted"


def test_a_call_at_the_agreed_hour_of_the_same_day_asks_for_no_reason(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "partly", agreed_at=MORNING + dt.timedelta(hours=5))
    assert call(order, nurse, "completed", at=MORNING + dt.timedelta(hours=5)).order.state == "submitted"


def test_a_second_call_over_another_order_is_a_second_call(order: FollowUpOrder, nurse: Actor) -> None:
    other = FollowUpOrder.objects.get(step__number=2)
    called_over(other, MORNING)
    with pytest.raises(refusals.SecondCallUnexplained):
        call(order, nurse, "completed")
    call(order, nurse, "completed", second_call="called_back")


def test_tier_a_may_be_called_twice_a_day(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.update(tier="A")
    call(order, nurse, "no_answer")
    assert call(order, nurse, "busy", at=MORNING + dt.timedelta(hours=5)).order.attempts_count == 2


def test_one_call_a_day_counts_all_orders_of_the_person(order: FollowUpOrder, nurse: Actor) -> None:
    other = FollowUpOrder.objects.get(step__number=2)
    called_over(other, MORNING)
    with pytest.raises(refusals.CalledToday):
        call(order, nurse, "no_answer")


def called_over(order: FollowUpOrder, at: dt.datetime) -> None:
    """The person was called over this order, as an attempt and in the ledger of touches."""
    AttemptFactory(order=order, patient=order.patient, at=at, on=at.date())
    TouchFactory(person=order.patient, day=at.date(), at=at, channel=Touch.By.PHONE, is_call=True)


def hours(hour: float) -> dt.datetime:
    """That hour of Monday 9 March in the hospital, which calls from eight to nine in the evening."""
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=21)
    return dt.datetime(2026, 3, 9, tzinfo=dt.UTC) + dt.timedelta(hours=hour - 8)


@pytest.mark.parametrize(("hour", "is_refused"), [(7.99, True), (8, False), (22.99, False), (23, True)])
def test_care_calls_have_their_hours(order: FollowUpOrder, nurse: Actor, hour: float, is_refused: bool) -> None:
    at = hours(hour)
    assert advice_for(order, now=at).is_quiet is not (8 <= hour < 21)
    if not is_refused:
        assert call(order, nurse, "no_answer", at=at).order.attempts_count == 1
        return
    for outcome in ("no_answer", "completed", "refused_now"):
        with pytest.raises(refusals.OutsideCareHours) as refusal:
            call(order, nurse, outcome, at=at)
    with override("zh-hans"):
        assert str(refusal.value) == "随访电话的时间为8:00至21:00。草稿已保留；其他时间只打安全电话。"
    assert Attempt.objects.count() == 0


def test_hours_are_those_of_the_hospital(order: FollowUpOrder, nurse: Actor) -> None:
    at = hours(9)
    HospitalSettings.objects.update(care_from_hour=10, care_until_hour=18)
    with pytest.raises(refusals.OutsideCareHours):
        call(order, nurse, "no_answer", at=at)


def test_safety_calls_at_any_hour_and_again_the_same_day(order: FollowUpOrder, nurse: Actor) -> None:
    assert call(order, nurse, "no_answer", at=hours(10)).order.attempts_count == 1
    FollowUpOrder.objects.filter(pk=order.pk).update(has_finding=True)
    order.refresh_from_db()
    assert advice_for(order, now=hours(22)).may_call is True
    assert call(order, nurse, "no_answer", at=hours(22)).order.attempts_count == 2


def test_a_red_flag_heard_at_night_is_kept(order: FollowUpOrder, nurse: Actor) -> None:
    assert call(order, nurse, "completed", at=hours(22), has_finding=True).order.state == "submitted"


def test_what_is_learned_without_a_call_is_written_at_any_hour(order: FollowUpOrder, nurse: Actor) -> None:
    assert call(order, nurse, "readmitted", at=hours(23)).order.state == "readmitted"


def test_tier_a_is_bound_to_the_hours(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.update(tier="A")
    with pytest.raises(refusals.OutsideCareHours):
        call(order, nurse, "no_answer", at=hours(23.5))


def test_advice_proposes_the_part_of_the_day_nobody_has_tried(order: FollowUpOrder, nurse: Actor) -> None:
    def advice(at: dt.datetime) -> tuple:
        told = advice_for(FollowUpOrder.objects.get(pk=order.pk), now=at)
        return told.may_call, told.attempts_left, told.next.on.isoformat(), told.next.part.value

    assert advice(MORNING) == (True, 3, "2026-03-09", "morning")
    call(order, nurse, "no_answer")
    assert advice(MORNING) == (False, 2, "2026-03-10", "afternoon")
    assert advice(MORNING + DAY) == (False, 2, "2026-03-10", "afternoon")
    assert advice(BETWEEN + DAY) == (True, 2, "2026-03-10", "afternoon")
    call(order, nurse, "no_answer", at=MORNING + DAY + dt.timedelta(hours=5))
    assert advice(MORNING + 2 * DAY) == (False, 1, "2026-03-11", "evening")
    call(order, nurse, "busy", at=EVENING + 2 * DAY)
    assert advice(MORNING + 3 * DAY)[:2] == (False, 0)
