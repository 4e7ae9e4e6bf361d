"""The parts of the day in which a hospital calls, and in which of them a person who was not reached is tried next.

A person is tried three times, on three days and in different parts of the day (PRODUCT §3), so whoever calls is led to
the one that nobody has tried. The hours between them are a part of their own: a call there is one of the three.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from accounts.calendar import day_start
from accounts.calendar import today as hospital_today
from followups.models import Attempt
from hospital_crm.tenancy.scope import required_hospital

_Part = Attempt.DayPart
_HOURS = {_Part.MORNING: (9, 12), _Part.AFTERNOON: (14, 18), _Part.EVENING: (18, 20)}
_TURNS = sorted({0, *(hour for hours in _HOURS.values() for hour in hours)})
ALL_HOURS = (0, 24)
# how long after a part of the day a call made in it is still written down
_WRITTEN_DOWN_AFTER = dt.timedelta(minutes=30)


def part_of_day(moment: dt.datetime) -> Attempt.DayPart:
    """The part of the hospital's day a moment lies in."""
    hour = _hour(moment)
    for part, (first, end) in _HOURS.items():
        if first <= hour < end:
            return part
    return _Part.OTHER


def part_of_call(
    written_at: dt.datetime, hours: tuple[int, int], *, tried: Callable[[], Collection[str]]
) -> Attempt.DayPart:
    """The part of the day in which a call was made that is written down at this moment.

    After the hours of calls it is the last of them: later no call may have been made. In the half hour after a part of
    the day, where no other follows at once, it is that part, unless somebody had called in it: then it is one between
    the parts. `tried`: the parts in which somebody called, asked where it decides.
    """
    local = written_at.astimezone(required_hospital().tz)
    if local.hour >= hours[1]:
        local = local.replace(hour=hours[1] - 1, minute=59)
    part, ended = part_of_day(local), part_of_day(local - _WRITTEN_DOWN_AFTER)
    if part != _Part.OTHER or ended == _Part.OTHER:
        return part
    return part if ended in tried() else ended


def part_began(moment: dt.datetime) -> dt.datetime:
    """When the part of the day began in which a moment lies; of the hours between two, when the one before ended."""
    local = moment.astimezone(required_hospital().tz)
    hour = max(one for one in _TURNS if one <= local.hour)
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


def wanted_parts(hours: tuple[int, int]) -> list[Attempt.DayPart]:
    """The parts of the day in which the hospital calls: a person is tried in each of them."""
    return [part for part, (first, end) in _HOURS.items() if max(first, hours[0]) < min(end, hours[1])]


def untried_parts(tried: Collection[str], hours: tuple[int, int]) -> list[Attempt.DayPart]:
    """The parts of the day in which the hospital calls and nobody has tried."""
    return [part for part in wanted_parts(hours) if part not in tried]


def repeats_a_part(
    part: Attempt.DayPart, tried: Collection[str], hours: tuple[int, int], *, tried_today: Collection[str] = ()
) -> bool:
    """Whether a call in this part of the day would be the second in it: of this day, or while nobody has tried another
    one.
    """
    return part in tried_today or part in tried and bool(untried_parts(tried, hours))


@dataclass(frozen=True)
class NextTry:
    """The best next try: on this day in this part of it; `is_now`: it can be made at this moment. `tried`: the parts of
    the day in which somebody called, in their order; `repeats`: a call at this moment would be one more in a part of
    the day that was tried, or in none, while another is left.
    """

    on: dt.date
    part: Attempt.DayPart
    is_now: bool
    tried: tuple[Attempt.DayPart, ...]
    repeats: bool


def next_try(
    tried: Collection[str],
    hours: tuple[int, int],
    *,
    now: dt.datetime,
    may_today: bool,
    tried_today: Collection[str] = (),
    not_before: dt.date | None = None,
) -> NextTry:
    """The part of the day that nobody has tried, the first that is not over; where all were tried, any of them, and on
    one day none twice.

    may_today: whether the person may be called (again) today; `not_before`: a later day on which that is so.
    """
    if not_before is not None:
        now, may_today, tried_today = day_start(not_before, required_hospital()), True, ()
    today, hour, untried = hospital_today(now=now), _hour(now), untried_parts(tried, hours)
    offered = untried or wanted_parts(hours) or [_Part.MORNING]
    ahead = [part for part in offered if hour < _HOURS[part][1] and part not in tried_today] if may_today else []
    part = (ahead or offered)[0]
    is_now = bool(ahead) and part_of_day(now) == part
    on = today if ahead else today + dt.timedelta(1)
    repeats = bool(tried) and bool(untried) and not is_now
    return NextTry(on, part, is_now, tuple(one for one in (*_HOURS, _Part.OTHER) if one in tried), repeats)


def _hour(moment: dt.datetime) -> int:
    return moment.astimezone(required_hospital().tz).hour
