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
from followups.domain.boards import Board, Line
from followups.views import periods
from hospital_crm.shell import wording
from hospital_crm.shell.small_numbers import LEAST, count_shown
from reports.domain import suppression
from reports.domain.suppression import ShownLine
from reports.filtered_lists import HOSPITAL

# Departments stand together by the steps of the period; what is late today they do not tell together, because other
# periods tell of some of them alone.
NO_LATE = {"late": wording.MISSING, "is_late": False}


@requires("reports.hospital")
@require_safe
@with_views(HOSPITAL)
def hospital(request: HttpRequest) -> HttpResponse:
    """By department; small departments stand together."""
    now = timezone.now()
    today = hospital_today(now=now)
    choice = periods.chosen(request, today, own=False)
    board = boards.hospital_board(period=choice.period, today=today)
    shown = suppression.shown(board, figures.targets())
    context = {
        "choice": choice,
        "period_chips": periods.chips(choice),
        "period_keep": [],
        "lines": [line_shown(one) for one in shown.lines],
        "rest": line_shown(shown.rest) | NO_LATE if shown.rest else None,
        "whole": line_shown(shown.whole),
        "said": said_of(shown.whole, _furthest(board, shown)),
        "board": board,
        "trend": trend_of(shown.whole.trend, suppression.without_goals(shown.whole).goal_effective, today),
        "now": now,
    }
    return render(request, "reports/hospital.html", context)


def line_shown(one: ShownLine) -> dict[str, Any]:
    """One line with what is too small, or would let it be found, left out."""
    line, counts, rates = suppression.without_goals(one), one.line.figures, _rates(one)
    tiers = [count_shown(n) for n in (counts.tier_a, counts.tier_b, counts.tier_c)]
    return {
        "name": line.name,
        "key": line.key,
        "due": count_shown(counts.due),
        "tiers": [] if "tiers" in one.hidden else tiers,
        "lost": _count(one, "lost", counts.lost),
        "refused": _count(one, "refused", counts.refused),
        "late": _count(one, "late", line.late),
        "is_late": line.late > 0,
        "line": line,
        "trend": one.trend,
        **rates,
        "coverage_low": rates["coverage"] is not None and line.is_coverage_low,
        "effective_low": rates["effective"] is not None and line.is_effective_low,
    }


def _count(one: ShownLine, name: str, n: int) -> str:
    """A number; one that is hidden only for the sake of a small one is missing."""
    return wording.MISSING if name in one.hidden and n >= LEAST else count_shown(n)


def _rates(one: ShownLine) -> dict[str, float | None]:
    counts = one.line.figures
    rates = {
        "coverage": ("attempted", counts.coverage),
        "reached": ("reached", counts.reached_rate),
        "effective": ("effective", counts.effective_rate),
        "timely": ("timely", counts.timely_rate),
    }
    return {name: None if measure in one.hidden else rate for name, (measure, rate) in rates.items()}


def said_of(whole: ShownLine, furthest: Line | None) -> dict[str, Any]:
    """The figures of the hospital for the sentence; `late` None where it is not told, `furthest` the line that holds
    most of it.
    """
    late = None if suppression.LATE in whole.hidden else whole.line.late
    return {"due": _count(whole, "due", whole.line.figures.due), "late": late, "furthest": furthest, **_rates(whole)}


def _furthest(board: Board, shown: suppression.Shown) -> Line | None:
    """Who holds most of what is late, where this number is shown."""
    told = [one.line for one in shown.lines if suppression.LATE not in one.hidden and one.line.late >= LEAST]
    return next((line for line in told if line is board.furthest_behind), None)


def trend_of(known: list[float | None], goal: float | None, today: dt.date) -> dict[str, Any]:
    """The effective rate of the last whole weeks: data for the chart, and the finding in one sentence. A week without
    steps is a gap.
    """
    values = known or [None] * figures.TREND_WEEKS
    names = [wording.day(monday, today) for monday in figures.last_mondays(today, len(values))]
    rounded = [None if value is None else round(value, 1) for value in values]
    goal = None if goal is None else round(goal, 1)
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
    return {"data": data, "has_line": has_line, "finding": _finding(rounded, goal)}


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
