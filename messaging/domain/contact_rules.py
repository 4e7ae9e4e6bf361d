"""The rules of contact as plain values: hours, days without contact, and how often somebody is touched (PRODUCT §4.2).

Nothing here reads the database or the clock, so that the question before a message, the planner of a person's contacts
and the tests all ask the same rules.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass

from messaging.models import Reason
from messaging.purposes import Basis, Purpose

APPROACHES = 2
IN_DAYS = 7
MARKETING_HOURS = (9, 20)
_DAY = dt.timedelta(days=1)
# No hospital has more days without contact in a row.
_LONGEST_WAIT = 400


@dataclass(frozen=True, slots=True)
class Kind:
    """What of a touch the rules ask: `is_free` knows neither hours nor days; `is_approach` counts as one of two;
    `is_call` is bound to one a day.
    """

    is_free: bool = False
    keeps_care_hours: bool = False
    has_hours: bool = True
    knows_blackouts: bool = True
    is_approach: bool = False
    is_call: bool = False


def kind_of(purpose: Purpose, channel: str, *, tier: str = "") -> Kind:
    """The kind of a touch for this purpose over this channel, of a person of this tier of care.

    Safety and what the person asked for a moment ago are free, but for a call that was asked for: that one keeps the
    hours of care and one call a day. Care of tier A is bound to the hours alone. A letter wakes nobody.
    """
    is_free = purpose.is_safety or purpose.basis == Basis.STAFF or (purpose.is_asked_for and channel != "phone")
    is_first = purpose.basis == Basis.CARE and tier == "A"
    return Kind(
        is_free=is_free,
        keeps_care_hours=purpose.keeps_care_hours,
        has_hours=channel != "letter",
        knows_blackouts=not is_first and not purpose.is_asked_for,
        is_approach=purpose.approach and not is_free and not is_first,
        is_call=channel == "phone" and not is_free and not is_first,
    )


@dataclass(frozen=True, slots=True)
class Touched:
    """Somebody was, or will be, touched on a day."""

    day: dt.date
    is_approach: bool = False
    is_call: bool = False


@dataclass(frozen=True)
class Blackout:
    """Days without contact, both ends included."""

    first_on: dt.date
    last_on: dt.date
    stops_care: bool = False


@dataclass(frozen=True)
class ContactRules:
    """The rules of one hospital. Hours are from the first one until the last one has begun to be over: 8 to 21 is
    until 20:59.
    """

    tz: zoneinfo.ZoneInfo
    care_hours: tuple[int, int] = (8, 21)
    marketing_hours: tuple[int, int] = MARKETING_HOURS
    blackouts: tuple[Blackout, ...] = ()
    approaches: int = APPROACHES
    in_days: int = IN_DAYS

    def day_of(self, moment: dt.datetime) -> dt.date:
        """The hospital's day."""
        return moment.astimezone(self.tz).date()

    def hours_of(self, kind: Kind) -> tuple[int, int]:
        """From which hour until which one such a touch may be."""
        if not kind.has_hours:
            return (0, 24)
        return self.care_hours if kind.keeps_care_hours else self.marketing_hours

    def is_blackout(self, day: dt.date, kind: Kind) -> bool:
        """Whether such a touch waits on that day."""
        if kind.is_free or not kind.knows_blackouts:
            return False
        return any(
            one.first_on <= day <= one.last_on and (one.stops_care or not kind.keeps_care_hours)
            for one in self.blackouts
        )

    def opens(self, moment: dt.datetime, kind: Kind) -> dt.datetime | None:
        """The first moment from this one on at which hours and days allow such a touch; None within a year: never."""
        if kind.is_free:
            return moment
        here = moment.astimezone(self.tz)
        first, end = self.hours_of(kind)
        for ahead in range(_LONGEST_WAIT):
            day = here.date() + ahead * _DAY
            starts = dt.datetime.combine(day, dt.time(first), self.tz)
            asked = max(here, starts)
            if asked.date() == day and asked.hour < end and not self.is_blackout(day, kind):
                return moment if asked == here else starts.astimezone(dt.UTC)
        return None

    def why_closed(self, moment: dt.datetime, kind: Kind) -> Reason:
        """Why such a touch may not be at that moment, as far as hours and days say; NONE: it may."""
        if kind.is_free:
            return Reason.NONE
        here = moment.astimezone(self.tz)
        if self.is_blackout(here.date(), kind):
            return Reason.BLACKOUT
        first, end = self.hours_of(kind)
        return Reason.NONE if first <= here.hour < end else Reason.QUIET_HOURS

    def why_full(self, day: dt.date, kind: Kind, touches: Iterable[Touched]) -> Reason:
        """Why a person touched on these days has no room for such a touch on that day; NONE: there is room.

        Any days in a row are looked at, so that what is planned for later is not crowded out either.
        """
        if kind.is_free:
            return Reason.NONE
        known = list(touches)
        if kind.is_call and any(one.is_call and one.day == day for one in known):
            return Reason.CALL_A_DAY
        if kind.is_approach and self._approaches_around(day, known) >= self.approaches:
            return Reason.BUDGET
        return Reason.NONE

    def _approaches_around(self, day: dt.date, touches: list[Touched]) -> int:
        """The most approaches of any days in a row, as long as the budget's, that hold this day."""
        counted = [(one.day - day).days for one in touches if one.is_approach]
        if len(counted) < self.approaches:
            return len(counted)
        starts = range(1 - self.in_days, 1)
        return max(sum(start <= offset < start + self.in_days for offset in counted) for start in starts)

    def finds(
        self, moment: dt.datetime, kind: Kind, touches: Iterable[Touched], *, until: dt.datetime | None = None
    ) -> dt.datetime | None:
        """The first moment from this one on that breaks no rule; None: there is none (`until` included)."""
        known = list(touches)
        for _again in range(_LONGEST_WAIT):
            opened = self.opens(moment, kind)
            if opened is None or (until is not None and opened > until):
                return None
            day = self.day_of(opened)
            if not self.why_full(day, kind, known):
                return opened
            moment = dt.datetime.combine(day + _DAY, dt.time(), self.tz).astimezone(dt.UTC)
        return None
