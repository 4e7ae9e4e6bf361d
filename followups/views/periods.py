"""The period a page of figures looks at: 本周, 本月, 上月 or days of one's own choice, kept in the address."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from followups.domain import figures
from followups.domain.figures import Period

LONGEST_DAYS = 366
NAMED = {
    "week": (_("This week"), figures.this_week),
    "month": (_("This month"), figures.this_month),
    "last": (_("Last month"), figures.last_month),
}


@dataclass(frozen=True)
class Choice:
    """The chosen period, its key in the address, and what was wrong with the days that were asked for. `offers_own`:
    whether days of one's own choice may be chosen.
    """

    key: str
    period: Period
    problem: Any = ""
    offers_own: bool = True

    @property
    def query(self) -> str:
        """The same choice as a query."""
        if self.key in NAMED:
            return f"period={self.key}"
        return f"period=own&from={self.period.first:%Y-%m-%d}&to={self.period.last:%Y-%m-%d}"


def chosen(request: HttpRequest, today: dt.date, *, own: bool = True) -> Choice:
    """The period of the address; this month when it names none, or names days that cannot be. Without `own` a named
    one: two periods that differ by a day would tell of that day.
    """
    key = request.GET.get("period", "month")
    if not own:
        key = key if key in NAMED else "month"
    if key in NAMED:
        return Choice(key, NAMED[key][1](today), offers_own=own)
    if key != "own":
        return Choice("month", figures.this_month(today))
    first, last = _day(request.GET.get("from", "")), _day(request.GET.get("to", ""))
    if first is None or last is None or first > last:
        return Choice(
            "month", figures.this_month(today), _("The first day must not lie after the last. This month is shown.")
        )
    if Period(first, last).days > LONGEST_DAYS:
        return Choice("month", figures.this_month(today), _("At most a year at once. This month is shown."))
    return Choice("own", Period(first, last))


def chips(choice: Choice, keep: str = "") -> list[dict[str, Any]]:
    """The three named periods as links; `keep` is carried along in the address."""
    return [
        {"label": label, "url": f"?period={key}{keep}", "is_on": key == choice.key, "count": None, "is_late": False}
        for key, (label, _of) in NAMED.items()
    ]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
