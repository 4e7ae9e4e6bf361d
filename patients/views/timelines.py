"""What pages with a timeline have in common: what the address asks of it, and its part of the page."""

from collections.abc import Collection, Iterable
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse

from patients.domain.timeline import SHOWN, Asked, Timeline
from patients.record_forms import TimelineFilter


def asked_of(request: HttpRequest, offered: Collection[str]) -> tuple[Asked, TimelineFilter]:
    """What the address asks of the timeline: one source, from a day to a day, after a line."""
    only = request.GET.get("show", "")
    form = TimelineFilter(request.GET, auto_id="tl_%s")
    since, until = form.days()
    return Asked(only if only in offered else "", since, until, request.GET.get("older", "")), form


def timeline_context(
    request: HttpRequest, asked: Asked, form: TimelineFilter, timeline: Timeline, *, keep: Iterable[str] = ()
) -> dict[str, Any]:
    """For `components/timeline.html`; `keep`: what else of the address the period goes along with."""
    kept = [(name, value) for name in ("show", *keep) for value in request.GET.getlist(name) if value]
    return {
        "only": asked.only,
        "asked": asked,
        "timeline": timeline,
        "timeline_form": form,
        "tl_keep": kept or [("show", "")],
        "shown_most": SHOWN,
    }


def part_of_timeline(request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
    """What htmx asked for: the timeline, or the older lines below those that are shown."""
    part = "lines" if context["asked"].after else "timeline"
    return TemplateResponse(request, f"components/timeline.html#{part}", context)
