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
from campaigns.domain import festivals
from campaigns.forms import year_of
from campaigns.models import Campaign
from hospital_crm.tenancy.scope import required_hospital


@requires("campaigns.view")
@require_GET
def year(request: HttpRequest) -> HttpResponse:
    """Twelve months, each with the days on which there is something."""
    chosen, day = year_of(request.GET.get("year", "")), today()
    days = festivals.days_of(chosen)
    planned = _campaigns(request, chosen)
    months: list[dict[str, Any]] = []
    for number in range(1, 13):
        first = dt.date(chosen, number, 1)
        own = sorted(on for on in days.keys() | planned.keys() if on.month == number)
        months.append(
            {
                "number": number,
                "label": date_format(first, "F"),
                "is_now": (day.year, day.month) == (chosen, number),
                "days": [
                    {
                        "on": on,
                        "is_past": on < day,
                        "occasions": [one.label for one in days.get(on, [])],
                        "campaigns": planned.get(on, []),
                    }
                    for on in own
                ],
            }
        )
    context = {"year": chosen, "before": chosen - 1, "after": chosen + 1, "months": months, "now": timezone.now()}
    return TemplateResponse(request, "campaigns/calendar.html", context)


def _campaigns(request: HttpRequest, chosen: int) -> dict[dt.date, list[Campaign]]:
    """Campaigns that have a time in this year, by the hospital's day."""
    hospital = required_hospital()
    first = day_start(dt.date(chosen, 1, 1), hospital)
    end = day_start(dt.date(chosen + 1, 1, 1), hospital)
    rows = Campaign.objects.visible_to(request.actor).filter(starts_at__gte=first, starts_at__lt=end)  # type: ignore[attr-defined]
    found: dict[dt.date, list[Campaign]] = {}
    for one in rows.exclude(state="cancelled").order_by("starts_at", "pk"):
        assert one.starts_at is not None
        found.setdefault(one.starts_at.astimezone(hospital.tz).date(), []).append(one)
    return found
