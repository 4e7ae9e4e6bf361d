"""The calendar of a year: what there is to say on which day, and which campaigns say it."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.calendar import day_start, today
from campaigns.domain import festivals, occasions
from campaigns.forms import year_of
from campaigns.models import Campaign
from hospital_crm.tenancy.scope import required_hospital

MOST = 500


@requires("campaigns.view")
@require_GET
def year(request: HttpRequest) -> HttpResponse:
    """Twelve months, each with the days on which there is something; what stands for days of people's own beside."""
    chosen, day = year_of(request.GET.get("year", "")), today()
    standing = _standing(request)
    planned = _campaigns(request, chosen)
    days = festivals.days_of(chosen)
    months: list[dict[str, Any]] = []
    for number in range(1, 13):
        own = sorted(on for on in days.keys() | planned.keys() if on.month == number)
        months.append(
            {
                "number": number,
                "label": date_format(dt.date(chosen, number, 1), "F"),
                "is_now": (day.year, day.month) == (chosen, number),
                "days": [_day(on, day, days.get(on, []), standing, planned.get(on, [])) for on in own],
            }
        )
    context = {
        "year": chosen,
        "before": chosen - 1,
        "after": chosen + 1,
        "months": months,
        "own_days": [
            {"label": label, "campaigns": standing[code]}
            for code, label in occasions.OWN_DAYS.items()
            if code != occasions.JOURNEY and code in standing
        ],
        "may_edit": request.actor.can("campaigns.edit"),  # type: ignore[attr-defined]
        "now": timezone.now(),
    }
    return TemplateResponse(request, "campaigns/calendar.html", context)


def _day(
    on: dt.date,
    day: dt.date,
    found: list[festivals.Day],
    standing: dict[str, list[Campaign]],
    planned: list[Campaign],
) -> dict[str, Any]:
    """A day with what there is to say on it, and the campaigns that say it."""
    return {
        "on": on,
        "is_past": on < day,
        "occasions": [{"code": one.code, "label": one.label, "campaigns": standing.get(one.code, [])} for one in found],
        "campaigns": planned,
    }


def _standing(request: HttpRequest) -> dict[str, list[Campaign]]:
    """Campaigns that stand, by what for; what was cancelled stands no more."""
    rows = Campaign.objects.visible_to(request.actor).exclude(occasion="").exclude(state=Campaign.State.CANCELLED)  # type: ignore[attr-defined]
    found: dict[str, list[Campaign]] = {}
    for one in rows.order_by("pk")[:MOST]:
        found.setdefault(one.occasion, []).append(one)
    return found


def _campaigns(request: HttpRequest, chosen: int) -> dict[dt.date, list[Campaign]]:
    """Campaigns that are sent once at a time in this year, by the hospital's day."""
    hospital = required_hospital()
    first = day_start(dt.date(chosen, 1, 1), hospital)
    end = day_start(dt.date(chosen + 1, 1, 1), hospital)
    rows = Campaign.objects.visible_to(request.actor).filter(starts_at__gte=first, starts_at__lt=end)  # type: ignore[attr-defined]
    found: dict[dt.date, list[Campaign]] = {}
    for one in rows.filter(occasion="").exclude(state="cancelled").order_by("starts_at", "pk")[:MOST]:
        assert one.starts_at is not None
        found.setdefault(one.starts_at.astimezone(hospital.tz).date(), []).append(one)
    return found
