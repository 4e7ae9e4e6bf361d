"""The leaders' page: follow-up by department, aggregates only, with the trend of the effective rate in words and as
a line.
"""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.calendar import today as hospital_today
from accounts.views.list_state import with_views
from followups.domain import boards, figures
from followups.domain.boards import Line
from followups.views import periods
from hospital_crm.shell import wording
from hospital_crm.shell.small_numbers import LEAST, count_shown
from reports.domain import suppression
from reports.filtered_lists import HOSPITAL


@requires("reports.hospital")
@require_safe
@with_views(HOSPITAL)
def hospital(request: HttpRequest) -> HttpResponse:
    """By department; small departments stand together."""
    now = timezone.now()
    today = hospital_today(now=now)
    choice = periods.chosen(request, today)
    board = boards.hospital_board(period=choice.period, today=today)
    shown = suppression.shown(board, figures.targets())
    context = {
        "choice": choice,
        "period_chips": periods.chips(choice),
        "period_keep": [],
        "lines": [line_shown(line) for line in shown.lines],
        "rest": line_shown(shown.rest) if shown.rest else None,
        "merged": shown.merged,
        "whole": line_shown(board.whole),
        "board": board,
        "late_shown": board.whole.late >= LEAST,
        "least": LEAST,
        "trend": trend_of(board.whole, today),
        "now": now,
    }
    return render(request, "reports/hospital.html", context)


def line_shown(line: Line) -> dict[str, Any]:
    """One line with what is too small left out."""
    counts = line.figures
    return {
        "name": line.name,
        "key": line.key,
        "due": count_shown(counts.due),
        "tiers": [count_shown(n) for n in (counts.tier_a, counts.tier_b, counts.tier_c)],
        "coverage": suppression.rate_shown(line, "coverage"),
        "reached": suppression.rate_shown(line, "reached_rate"),
        "effective": suppression.rate_shown(line, "effective_rate"),
        "timely": suppression.rate_shown(line, "timely_rate"),
        "lost": count_shown(counts.lost),
        "refused": count_shown(counts.refused),
        "late": count_shown(line.late),
        "is_late": line.late > 0,
        "line": line,
        "trend": line.trend,
    }


def trend_of(whole: Line, today: dt.date) -> dict[str, Any]:
    """The effective rate of the last weeks: data for the chart, and the finding in one sentence.

    The sentence speaks of whole weeks: of the running one many steps are still to be done.
    """
    values = whole.trend or [None] * figures.TREND_WEEKS
    names = [wording.day(monday, today) for monday in figures.last_mondays(today, len(values))]
    names[-1] = _("%(day)s, this week so far") % {"day": names[-1]}
    rounded = [None if value is None else round(value, 1) for value in values]
    goal = round(whole.goal_effective, 1) if whole.goal_effective is not None else None
    data: dict[str, Any] = {
        "kind": "line",
        "names": names,
        "series": [{"name": _("Effective rate"), "data": rounded, "tone": "accent"}],
        "unit": "%",
        "max": 100,
    }
    if goal is not None:
        data |= {"limit": goal, "limit_words": _("target %(goal)s%%") % {"goal": goal}}
    has_line = any(value is not None for value in rounded)
    return {"data": data, "has_line": has_line, "finding": _finding(rounded[:-1], goal)}


def _finding(values: list[float | None], goal: float | None) -> str:
    """What the line says: from where to where, and whether the target is met."""
    known = [value for value in values if value is not None]
    if not known:
        return _("No step was due in these weeks.")
    first, last = known[0], known[-1]
    if len(known) == 1 or abs(last - first) < 1:
        moved = _("The effective rate stays at %(last)s%%") % {"last": last}
    elif last > first:
        moved = _("The effective rate rose from %(first)s%% to %(last)s%%") % {"first": first, "last": last}
    else:
        moved = _("The effective rate fell from %(first)s%% to %(last)s%%") % {"first": first, "last": last}
    if goal is None:
        return moved
    beside = _("above the target of %(goal)s%%") if last >= goal else _("below the target of %(goal)s%%")
    return _("%(moved)s, %(beside)s.") % {"moved": moved, "beside": beside % {"goal": goal}}
