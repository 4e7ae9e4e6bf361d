"""The liaison's day."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.actors import Actor
from accounts.calendar import today
from groups.domain.days import Day, day_of
from hospital_crm.shell.paging import page_urls


@requires("groups.edit")
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """Visits, calls and next steps that are late, due and coming; contracts that end; deals that should close."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    on = today(now=now)
    found = day_of(actor, on, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    request.counted = {"groups:day": found.counts.late + found.counts.due}  # type: ignore[attr-defined]
    context = {
        "day": found,
        "now": now,
        "today": on,
        "parts": _parts(found, on),
        **page_urls(request, found.page),
    }
    return TemplateResponse(request, "groups/day.html", context)


def _parts(found: Day, on: dt.date) -> list[dict[str, Any]]:
    """The contacts of the page under their heads, each with the number behind it."""
    rows, counts = found.page.rows, found.counts
    late, due = [row for row in rows if row.planned_on < on], [row for row in rows if row.planned_on == on]
    return [
        {"rows": late, "count": counts.late, "label": _("Late"), "tone": "late"},
        {"rows": due, "count": counts.due, "label": _("Today"), "tone": "soon"},
        {"rows": rows[len(late) + len(due) :], "count": counts.coming, "label": _("Next seven days"), "tone": ""},
    ]
