"""What is refused of a result: what it lacks, and what the rules of calling do not allow (PRODUCT §3, §4.2)."""

import datetime as dt

from django.utils.translation import pgettext

from accounts.calendar import today as hospital_today
from followups.domain import lost, numbers, refusals
from followups.domain.asking import Waits, refuses_satisfaction
from followups.domain.calls import (
    MAX_UNREACHED,
    asked_of,
    days_and_parts_tried,
    has_been_called_in_vain,
    is_inside,
    may_be_written_down,
    may_repeat_a_part,
    waits_for,
)
from followups.domain.day_parts import repeats_a_part, untried_parts
from followups.domain.errors import FollowUpError
from followups.domain.results import Result, is_bound, is_call, is_second_call, part_of
from followups.models import NOT_REACHED, FollowUpOrder, Outcome, SecondCall
from followups.models.outcomes import EFFECTIVE, LOW, NUMBER_FAULTS
from messaging.models import Reason

# how far ahead a time agreed on the telephone may lie
AGREED_WITHIN = dt.timedelta(90)


def check(order: FollowUpOrder, result: Result, *, now: dt.datetime, hours: tuple[int, int]) -> None:
    """Refuses what a result lacks, and what the rules of calling do not allow. `hours`: those of care calls."""
    _check_told(order, result, now, hours)
    _check_call(order, result, now, hours)
    _check_satisfaction(order, result, now)


def _check_told(order: FollowUpOrder, result: Result, now: dt.datetime, hours: tuple[int, int]) -> None:
    """What belongs to an outcome is told with it."""
    day = hospital_today(now=now)
    if result.has_finding and not result.note.strip():
        raise refusals.FindingUntold
    if result.outcome in EFFECTIVE and _is_late(order, day) and not (result.late_reason or order.late_reason).strip():
        raise refusals.LateReasonMissing
    if result.outcome == Outcome.PARTLY:
        _check_agreed(order, result, now, hours)
    if result.outcome == Outcome.DIED and result.deceased_on and result.deceased_on < order.run.anchor_on:
        raise refusals.DeathBeforeDischarge(day=order.run.anchor_on.isoformat())
    if result.outcome == Outcome.LOST:
        lost.check(order, evidence=result.note, now=now)


def _check_call(order: FollowUpOrder, result: Result, now: dt.datetime, hours: tuple[int, int]) -> None:
    """At this moment, to this person, once more, at a number that is named."""
    day = hospital_today(now=now)
    if is_bound(order, result) and not may_be_written_down(now, hours):
        raise refusals.OutsideCareHours(first=hours[0], last=hours[1])
    if result.outcome in NOT_REACHED and is_bound(order, result):
        check_waits(order, now=now, hours=hours)
    if result.outcome in NUMBER_FAULTS and is_call(order, result) and not result.is_named:
        numbers.check_named(order, now=now)
    if is_second_call(order, result, day):
        _check_second_call(order, result, day)
    elif _is_try(order, result, day):
        _check_try(order, result, now, hours)


def check_waits(order: FollowUpOrder, *, now: dt.datetime, hours: tuple[int, int]) -> None:
    """Refuses a call, not for safety, to a person who refused care follow-up, on days without contact, and the first
    one of a step beyond the contact budget.
    """
    waits = waits_for(order, asked_of(order, now=now), now=now, hours=hours)
    if waits is not None:
        raise _refusal(waits)


def _refusal(waits: Waits) -> FollowUpError:
    if waits.is_refused:
        return refusals.CareIsRefused()
    kind = refusals.DayWithoutContact if waits.reason == Reason.BLACKOUT else refusals.ContactBudgetUsed
    return kind(day="—" if waits.on is None else waits.on.isoformat())


def _check_agreed(order: FollowUpOrder, result: Result, now: dt.datetime, hours: tuple[int, int]) -> None:
    """A time ahead, within reach, and one at which the person may be called then."""
    if result.agreed_at is None or result.agreed_at <= now:
        raise refusals.AgreedTimeMissing
    if result.agreed_at > now + AGREED_WITHIN:
        raise refusals.AgreedTimeTooFar(days=AGREED_WITHIN.days)
    if is_bound(order, result) and not is_inside(hours, result.agreed_at):
        raise refusals.AgreedTimeOutsideHours(first=hours[0], last=hours[1])


def _is_late(order: FollowUpOrder, day: dt.date) -> bool:
    """The latest day is over, and nobody had completed it in time: a result that is done again was not late by that."""
    in_time = order.completed_at is not None and hospital_today(now=order.completed_at) <= order.latest_on
    return order.is_late(day) and not in_time


def _check_satisfaction(order: FollowUpOrder, result: Result, now: dt.datetime) -> None:
    """One question of a step that asks it, answered with the completed result, unless the person refused to be asked;
    who is not content says with what.
    """
    if not (order.step.asks_satisfaction and result.outcome in EFFECTIVE):
        if result.satisfaction is not None:
            raise refusals.SatisfactionNotAsked
    elif result.satisfaction is None:
        if not refuses_satisfaction(order, asked_of(order, now=now)):
            raise refusals.SatisfactionMissing
    elif result.satisfaction in LOW and result.complaint is None and not order.has_dissatisfaction:
        raise refusals.CauseMissing


def _check_second_call(order: FollowUpOrder, result: Result, day: dt.date) -> None:
    """A call that did happen is kept with its reason; whoever calls back answers. Reaching nobody again, once a day."""
    if result.outcome in NOT_REACHED:
        is_unasked = result.second_call in ("", SecondCall.CALLED_BACK)
        if is_unasked or has_been_called_in_vain(order, day):
            raise refusals.CalledToday
    if not result.second_call:
        raise refusals.SecondCallUnexplained


def _check_try(order: FollowUpOrder, result: Result, now: dt.datetime, hours: tuple[int, int]) -> None:
    """On three days at most, in a part of the day nobody has tried while there is one, never twice in one of a day.
    After that it may have been a number of family: where several are offered, that is said.
    """
    day = hospital_today(now=now)
    days, parts, parts_today = days_and_parts_tried(order, day)
    if days >= MAX_UNREACHED:
        if not result.is_named:
            numbers.check_named(order, now=now)
        raise refusals.TooManyAttempts
    part = part_of(order, result, now, hours)
    if repeats_a_part(part, parts, hours, tried_today=parts_today) and not may_repeat_a_part(order, day):
        labels = [str(part.label) for part in untried_parts(parts, hours)]
        if not labels:
            raise refusals.TriedAtThisTimeToday
        raise refusals.TriedAtThisTime(parts=pgettext("between things of one kind", ", ").join(labels))


def _is_try(order: FollowUpOrder, result: Result, day: dt.date) -> bool:
    """A call that reached nobody, at a number that is the person's."""
    is_try = result.outcome in NOT_REACHED and is_call(order, result)
    return is_try and not numbers.is_to_family(order.patient_id, result.contact_point, result.relation, on=day)
