"""How the house says times, numbers and rates, the same on every screen and in every language.

Times are said as somebody on a ward says them: what closes today as time left, everything else by its date, the year
only when it is not this one. Missing is a dash, never a zero. The moment that counts as now is always passed in.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MISSING = "—"
SOON = dt.timedelta(hours=2)
HOURS_WITH_MINUTES = 10
HOURS_BEFORE_DAYS = 48
FEW_ANSWERS = 30

Moment = dt.datetime | dt.date


@dataclass(frozen=True)
class Due:
    """What is said beside a window. `tone` is wait (not yet open), open, soon (closes within two hours) or late."""

    words: str
    tone: str


def local(value: dt.datetime) -> dt.datetime:
    """The moment in the hospital's time zone (the active one)."""
    zone = timezone.get_current_timezone()
    return value if value.tzinfo is None or value.tzinfo is zone else value.astimezone(zone)


def start_of(value: Moment, now: dt.datetime) -> dt.datetime:
    """The first moment of a day, or the moment itself."""
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, dt.time.min, tzinfo=local(now).tzinfo)


def end_of(value: Moment, now: dt.datetime) -> dt.datetime:
    """The next midnight of a day, or the moment itself: an order whose latest day is today is not late yet."""
    if isinstance(value, dt.datetime):
        return value
    return start_of(value + dt.timedelta(days=1), now)


def day(value: Moment | None, today: dt.date) -> str:
    """11-22; 2027-01-05 when it is not this year; a dash when missing."""
    if value is None:
        return MISSING
    if isinstance(value, dt.datetime):
        value = local(value).date()
    return value.strftime("%m-%d" if value.year == today.year else "%Y-%m-%d")


def moment(value: Moment | None, now: dt.datetime) -> str:
    """11-22 20:00; a day without a clock stays a day."""
    if not isinstance(value, dt.datetime):
        return day(value, local(now).date())
    return f"{day(value, local(now).date())} {local(value):%H:%M}"


def planned(value: Moment | None, now: dt.datetime) -> str:
    """11-22 20:00; 11-22 where only the day is planned, which begins at midnight."""
    is_day = isinstance(value, dt.datetime) and local(value).time() == dt.time()
    return moment(local(value).date() if is_day and isinstance(value, dt.datetime) else value, now)


def in_full(value: Moment | None) -> str:
    """2026-11-22, or 2026-11-22 20:00: with the year, for paper and for days of birth; a dash when missing."""
    if value is None:
        return MISSING
    return f"{local(value):%Y-%m-%d %H:%M}" if isinstance(value, dt.datetime) else f"{value:%Y-%m-%d}"


def day_range(first: Moment | None, last: Moment | None, today: dt.date) -> str:
    """11-19至11-22."""
    return _("%(first)s to %(last)s") % {"first": day(first, today), "last": day(last, today)}


def span(length: dt.timedelta) -> str:
    """8分, 9小时18分, from ten hours on 14小时, from two days on 2天."""
    minutes = max(int(length.total_seconds() // 60), 0)
    hours, rest = divmod(minutes, 60)
    if hours >= HOURS_BEFORE_DAYS:
        return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}
    if hours >= HOURS_WITH_MINUTES or (hours and not rest):
        return _("%(hours)s h") % {"hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    return _("%(minutes)s min") % {"minutes": rest}


def due(latest: Moment | None, now: dt.datetime, earliest: Moment | None = None) -> Due:
    """What to say about a window that closes at `latest`: 超时14小时, 剩9小时18分 when it is today, else its date."""
    if latest is None:
        return Due(MISSING, "open")
    closes = end_of(latest, now)
    if now >= closes:
        return Due(_("%(span)s late") % {"span": span(now - closes)}, "late")
    if earliest is not None and now < start_of(earliest, now):
        return Due(_("from %(day)s") % {"day": day(earliest, local(now).date())}, "wait")
    last_day = latest if not isinstance(latest, dt.datetime) else local(latest).date()
    if last_day == local(now).date():
        return Due(_("%(span)s left") % {"span": span(closes - now)}, "soon" if closes - now <= SOON else "open")
    return Due(moment(latest, now), "open")


def number(value: float | str | None) -> str:
    """1,268; a dash when missing, also for what a template does not find."""
    return MISSING if value is None or value == "" else f"{value:,}"


def money(value: Decimal | float | None) -> str:
    """1,268.00: an amount in yuan, to the fen; a dash when missing."""
    return MISSING if value is None else f"{value:,.2f}"


def capped(value: int | None, cap: int = 1000) -> str:
    """A count that stops at the cap: 1000+."""
    return f"{cap}+" if value is not None and value > cap else number(value)


def percent(part: float | None, whole: float | None) -> str:
    """91.3%; a dash when there is nothing to divide by."""
    return MISSING if part is None or not whole else f"{100 * part / whole:.1f}%"


def enough(answers: int) -> bool:
    """Whether a rate of satisfaction may be ranked: thirty answers or more."""
    return answers >= FEW_ANSWERS


_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """Browser and system in two words, such as "Chrome · Windows"; what is not known is shown as it was sent."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(word for word in (browser, system) if word) or user_agent
