"""The liaison's day, and handing units over."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import StaffMember
from groups.domain import handing
from groups.domain.days import Day, day_of
from groups.domain.errors import UnitError
from groups.forms import HandOverForm
from groups.models import GroupCustomer
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.toasts import say
from hospital_crm.typed import whole_number, whole_numbers

NAMED = 20


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


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Asks to whom and why (GET, and POST from the list with marked units); then hands over (POST, confirmed)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    ids = _chosen(request, actor)
    confirmed = request.POST.get("confirmed") == "1"
    form = HandOverForm(request.POST if confirmed else None)
    if not ids:
        say(request, _("Mark units first."), late=True)
        return redirect("groups:list")
    if confirmed and form.is_valid():
        try:
            done = handing.hand_over(ids, actor=actor, now=timezone.now(), **form.cleaned_data)
        except UnitError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = ngettext("%(n)s unit handed over.", "%(n)s units handed over.", len(done))
            say(request, words % {"n": len(done)})
            return redirect("groups:list")
    return TemplateResponse(request, "act.html", _question(ids, form), status=422 if confirmed and form.errors else 200)


def _chosen(request: HttpRequest, actor: Actor) -> list[int]:
    """The units marked on the list, or all of one liaison (`?owner=`), of the own ones where nothing is said."""
    picked = whole_numbers(request.POST.getlist("picked"))
    if picked:
        return list(GroupCustomer.objects.visible_to(actor).filter(pk__in=picked).values_list("pk", flat=True))
    owner = whole_number(request.GET.get("owner"))
    if owner is not None:
        return handing.all_of(StaffMember.objects.filter(pk=owner).first() if owner else None, actor)
    return []


def _question(ids: list[int], form: HandOverForm) -> dict[str, Any]:
    names = list(GroupCustomer.objects.filter(pk__in=ids).order_by("name").values_list("name", flat=True)[:NAMED])
    said = ngettext("Hand over %(n)s unit", "Hand over %(n)s units", len(ids)) % {"n": len(ids)}
    more = _(" and more") if len(ids) > NAMED else ""
    return {
        "form": form,
        "title": said,
        "action": said,
        "text": _(", ").join(names) + more,
        "note": _("Open visits and deals go along. The new liaison is told."),
        "fields": [("picked", pk) for pk in ids],
        "cancel_url": reverse("groups:list"),
        "url": reverse("groups:hand-over"),
    }
