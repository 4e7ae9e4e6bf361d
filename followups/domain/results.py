"""What a caller writes down of one attempt, and what kind of attempt it was."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.calendar import today as hospital_today
from followups.domain.calls import days_and_parts_tried, has_been_called, is_exempt
from followups.domain.day_parts import ALL_HOURS, part_of_call
from followups.domain.dissatisfactions import Complaint
from followups.models import CALLS, Attempt, Channel, FollowUpOrder, Outcome
from followups.models.outcomes import EFFECTIVE, WAYS
from patients.models import ContactPoint, Relation


@dataclass(frozen=True)
class Result:
    """What the caller writes. `has_finding` is the red flag: something abnormal was heard. `asked`: whether the person
    is content now with what was not right before, by the public ids of the dissatisfactions. `relation`: whose number
    was called, where it is written beside the relation only.
    """

    outcome: str
    note: str = ""
    next_step: str = ""
    has_finding: bool = False
    agreed_at: dt.datetime | None = None
    late_reason: str = ""
    second_call: str = ""
    answered_by: str = ""
    contact_point: ContactPoint | None = None
    relation: Relation | None = None
    satisfaction: int | None = None
    deceased_on: dt.date | None = None
    complaint: Complaint | None = None
    asked: Mapping[uuid.UUID, bool] = field(default_factory=dict)

    @property
    def is_named(self) -> bool:
        """It is said which number was called."""
        return self.contact_point is not None or self.relation is not None


def way_of(order: FollowUpOrder, outcome: str) -> Channel:
    """How it was tried: a visit that found nobody and a letter say so themselves, all else is what the order is."""
    return WAYS.get(Outcome(outcome), Channel.VISIT if order.channel == Channel.VISIT else Channel.PHONE)


def is_call(order: FollowUpOrder, result: Result) -> bool:
    """Somebody was rung up; what is learned otherwise may be written at any hour."""
    return result.outcome in CALLS and way_of(order, result.outcome) == Channel.PHONE


def is_bound(order: FollowUpOrder, result: Result) -> bool:
    """A call that is made in the hospital's hours: any but one for safety, or in which a red flag was heard."""
    return is_call(order, result) and not (result.has_finding or order.is_safety)


def is_written_anew(order: FollowUpOrder, day: dt.date) -> bool:
    """The result of a call of that day was taken back by whoever sent it: what is sent now is of the same call."""
    is_taken_back = order.last_outcome in EFFECTIVE and order.submitted_at is None
    return is_taken_back and order.last_attempt_at is not None and hospital_today(now=order.last_attempt_at) == day


def is_second_call(order: FollowUpOrder, result: Result, day: dt.date) -> bool:
    """The person had been called that day, and this call was bound to one a day. A red flag heard in it unbinds it."""
    if is_written_anew(order, day):
        return False
    bound = is_call(order, result) and not (result.has_finding or is_exempt(order, day))
    return bound and has_been_called(order, day)


def part_of(order: FollowUpOrder, result: Result, now: dt.datetime, hours: tuple[int, int]) -> Attempt.DayPart:
    """The part of the day in which the attempt was made that is written down now."""
    bound = hours if is_bound(order, result) else ALL_HOURS
    return part_of_call(now, bound, tried=lambda: days_and_parts_tried(order, hospital_today(now=now))[1])
