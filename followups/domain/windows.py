"""The window of an order: earliest, due and latest day in the hospital's working-day calendar (PRODUCT §3).

A due day on a non-working day moves to the next working day, but never past the latest; otherwise to the last working
day not before the earliest; if none lies between, it stays on the calendar day and the order goes to the duty list.
All are whole days of the hospital. Late begins when the latest day is over.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from accounts.calendar import WorkingCalendar

_DAY = dt.timedelta(days=1)


class StepWindow(Protocol):
    """What a step says about its window: offsets in days after the anchor, and how it repeats."""

    earliest_days: int
    due_days: int
    latest_days: int
    due_basis: str
    duty_days: int | None
    repeats_every: int | None
    repeat_until: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """Three days; `is_duty_list` when nobody works on any day the due day could move to."""

    earliest_on: dt.date
    due_on: dt.date
    latest_on: dt.date
    is_duty_list: bool = False


def window_of(step: StepWindow, anchor_on: dt.date, calendar: WorkingCalendar, *, occurrence: int = 1) -> Window:
    """The window of an occurrence of a step. Occurrence k of a repeating step lies k-1 repeats later.

    Refuses (ValueError) an occurrence the step does not have.
    """
    shift = _shift(step, occurrence)
    earliest = anchor_on + dt.timedelta(step.earliest_days + shift)
    latest = anchor_on + dt.timedelta(step.latest_days + shift)
    if step.due_basis == "working":
        wanted = calendar.add_working_days(anchor_on + dt.timedelta(shift), step.due_days)
        fallback = anchor_on + dt.timedelta((step.due_days if step.duty_days is None else step.duty_days) + shift)
    else:
        wanted = fallback = anchor_on + dt.timedelta(step.due_days + shift)
    due = _moved(wanted, earliest, latest, calendar)
    return Window(earliest, fallback if due is None else due, latest, due is None)


def has_occurrence(step: StepWindow, occurrence: int) -> bool:
    """Whether the step has this occurrence: one, or as many as fit before `repeat_until` days after the anchor."""
    if occurrence == 1:
        return True
    if occurrence < 1 or step.repeats_every is None:
        return False
    return step.repeat_until is None or step.due_days + (occurrence - 1) * step.repeats_every <= step.repeat_until


def _shift(step: StepWindow, occurrence: int) -> int:
    """Days by which an occurrence lies behind the first."""
    if not has_occurrence(step, occurrence):
        raise ValueError(f"the step has no occurrence {occurrence}")
    return (occurrence - 1) * (step.repeats_every or 0)


def _moved(wanted: dt.date, earliest: dt.date, latest: dt.date, calendar: WorkingCalendar) -> dt.date | None:
    """Where a wished due day goes inside [earliest, latest]; None when nobody works on any day it could move to."""
    day = wanted
    while day <= latest:
        if calendar.is_working(day):
            return day
        day += _DAY
    day = min(wanted, latest)
    while day >= earliest:
        if calendar.is_working(day):
            return day
        day -= _DAY
    return None
