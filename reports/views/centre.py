"""The centre manager's day: what is open, late, unassigned and waiting for review, each number a way to its list."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.calendar import today as hospital_today
from accounts.views.list_state import with_views
from followups.domain import boards
from followups.views import periods
from followups.views.dispatch_board import HINTS
from hospital_crm.shell import wording
from reports.domain import centre as centre_domain
from reports.domain.suppression import ShownLine
from reports.filtered_lists import CENTRE
from reports.views.hospital import said_of, trend_of


@requires("followups.review")
@require_safe
@with_views(CENTRE)
def centre(request: HttpRequest) -> HttpResponse:
    """Today's numbers, the month by department, and the trend."""
    now = timezone.now()
    today = hospital_today(now=now)
    choice = periods.chosen(request, today)
    board = boards.hospital_board(period=choice.period, today=today)
    whole = board.whole
    context = {
        "numbers": _numbers(centre_domain.day(today)),
        "choice": choice,
        "period_chips": periods.chips(choice),
        "period_keep": [],
        "board": board,
        "said": said_of(ShownLine(whole), board.furthest_behind) | {"due": wording.number(whole.figures.due)},
        "behind_url": f"{reverse('followups:behind')}?{choice.query}",
        "trend": trend_of(whole.trend, whole.goal_effective, today),
        "now": now,
    }
    return render(request, "reports/centre.html", context)


def _numbers(day: centre_domain.Day) -> list[dict[str, Any]]:
    """Each number with its words and the list behind it: the one of the dispatch board under the same name."""
    dispatch = reverse("followups:dispatch")
    review = {"label": _("To review"), "n": day.to_review, "url": reverse("followups:review"), "is_late": False}
    listed = (
        ("late", _("Late"), day.late),
        ("unassigned", _("Unassigned"), day.unassigned),
        ("today", _("Window open"), day.callable_now),
        ("pool", _("Anybody at the centre"), day.pool),
        ("duty", _("Duty list"), day.duty),
        ("returned", _("Returned"), day.returned),
    )
    late, *others = (
        {
            "label": label,
            "n": n,
            "url": f"{dispatch}?list={name}",
            "is_late": name == "late",
            "hint": HINTS.get(name, ""),
        }
        for name, label, n in listed
    )
    return [late, review, *others]
