"""Campaigns beside each other: what arrived and what people did."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import requires
from campaigns.domain import comparing
from campaigns.forms import CampaignFilter
from campaigns.views import effect_words


@requires("campaigns.view")
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """The last campaigns that started, the youngest first."""
    form, now = CampaignFilter(request.GET), timezone.now()
    rows = comparing.compared(request.actor, now=now, **form.chosen())  # type: ignore[attr-defined]
    shown = [{"line": row, "said": effect_words.difference(row.effect)} for row in rows]
    context = {"rows": shown, "form": form, "chart": chart_of(rows), "now": now, "reset": "?" if form.chosen() else ""}
    return TemplateResponse(request, "campaigns/compare.html", context)


def chart_of(rows: list[comparing.Line]) -> dict[str, Any] | None:
    """Who came, of those written to and of those held out, the oldest first."""
    shown = [row for row in reversed(rows) if row.effect.held_out.people]
    if not shown:
        return None
    return {
        "kind": "bar",
        "unit": "%",
        "names": [_name(row) for row in shown],
        "series": [
            {
                "name": _("held out"),
                "data": [round(100 * row.effect.held_out.share, 1) for row in shown],
                "tone": "quiet",
            },
            {
                "name": _("written to"),
                "data": [round(100 * row.effect.written.share, 1) for row in shown],
                "tone": "accent",
            },
        ],
    }


def _name(row: comparing.Line) -> str:
    """The campaign; that its days are not over, where more may still come."""
    name = row.campaign.name
    return name if row.effect.is_over else _("%(campaign)s, so far") % {"campaign": name}
