"""The hospital's clock of days: what today is, and which days are worked in China, make-up weekends included.

The national calendar comes from the package `holidays`; a hospital's own days (CalendarDay) win over it. The government
announces a year's days off in the November before; a year not announced yet has its statutory holidays and plain
weekends, and is marked provisional.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from functools import lru_cache

from django.utils import timezone

from accounts.models import CalendarDay, Hospital
from hospital_crm.tenancy.scope import required_hospital

_SATURDAY = 5
_DAY = dt.timedelta(days=1)
# No calendar has a longer row of days off; a hospital whose overrides are wrong must not loop for ever.
_LONGEST_SEARCH = 400


@lru_cache(maxsize=64)
def _national_year(year: int) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    """Days off and make-up working days of a year."""
    import holidays  # only here: it is large, and the days of a year are asked for once

    calendar = holidays.country_holidays("CN", years=year)
    return frozenset(calendar), frozenset(day for day in calendar.weekend_workdays if day.year == year)


@lru_cache(maxsize=64)
def is_provisional(year: int) -> bool:
    """Whether no official calendar of that year is known: an announced year has at least one make-up day."""
    return not _national_year(year)[1]


def is_national_working_day(day: dt.date) -> bool:
    """Whether people in China work that day."""
    off, made_up = _national_year(day.year)
    return day in made_up or (day.weekday() < _SATURDAY and day not in off)


class WorkingCalendar:
    """Working days of one hospital. Immutable; make one per unit of work."""

    def __init__(self, overrides: Mapping[dt.date, bool] | None = None) -> None:
        """`overrides`: days on which the hospital differs, True = worked."""
        self._overrides = dict(overrides or {})
        self._known: dict[dt.date, bool] = {}

    @classmethod
    def of_hospital(cls) -> "WorkingCalendar":
        """The calendar of the hospital in scope."""
        return cls(dict(CalendarDay.objects.values_list("day", "is_working")))

    def is_working(self, day: dt.date) -> bool:
        """Whether the hospital works that day."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._overrides.get(day, is_national_working_day(day))
        return known

    def fingerprint(self, year: int) -> str:
        """The worked days of a year in short: another one as soon as a single day is worked otherwise."""
        first, end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
        days = (first + dt.timedelta(n) for n in range((end - first).days))
        worked = "".join("1" if self.is_working(day) else "0" for day in days)
        return hashlib.sha256(worked.encode()).hexdigest()[:32]

    def next_working(self, day: dt.date) -> dt.date:
        """The day itself if it is worked, else the first worked day after it."""
        for _ in range(_LONGEST_SEARCH):
            if self.is_working(day):
                return day
            day += _DAY
        raise ValueError("no working day within a year")

    def add_working_days(self, day: dt.date, n: int) -> dt.date:
        """The n-th worked day after `day` (n ≥ 1); for n = 0 the day itself, worked or not."""
        if n < 0:
            raise ValueError("n counts forward")
        for _ in range(n):
            day = self.next_working(day + _DAY)
        return day


def today(hospital: Hospital | None = None, now: dt.datetime | None = None) -> dt.date:
    """The hospital's today (of the one in scope where none is given)."""
    return (now or timezone.now()).astimezone((hospital or required_hospital()).tz).date()


def day_end(day: dt.date, hospital: Hospital) -> dt.datetime:
    """The moment a day of the hospital is over: midnight that begins the next one."""
    return dt.datetime.combine(day + _DAY, dt.time(), tzinfo=hospital.tz)


def day_start(day: dt.date, hospital: Hospital) -> dt.datetime:
    """The moment a day of the hospital begins."""
    return dt.datetime.combine(day, dt.time(), tzinfo=hospital.tz)
