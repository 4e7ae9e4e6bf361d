"""The dispatch board of the service centre: every open order with filters, assigned by hand, singly or many at once."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today as hospital_today
from accounts.views.list_state import with_views
from followups.domain.holding import NOBODYS, POOL
from followups.filtered_lists import DISPATCH
from followups.forms import DispatchFilters
from followups.models import FollowUpOrder
from followups.models.orders import FollowUpOrderQuerySet
from followups.views import lists, rows
from followups.views.scopes import supervised_departments
from hospital_crm.shell import wording
from hospital_crm.shell.later import later_numbers
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import capped_counts

HINTS = {
    "unassigned": gettext_lazy("Orders that belong to nobody: neither to a person nor to the service centre."),
    "today": gettext_lazy("Orders whose window is open today: not before the earliest and not after the latest day."),
    "pool": gettext_lazy("Orders that anybody at the service centre may take, those not callable yet included."),
    "held": gettext_lazy("Orders that wait, because the person is in hospital again or may have died."),
    "duty": gettext_lazy("Orders that fall on a day off, because no working day lies in their window."),
}
CHIPS = ("open", "unassigned", "late", "today", "pool", "duty", "returned", "held")


@dataclass(frozen=True)
class Filtered:
    """The orders that an address asks for, with the form that reads it and the quick filters."""

    orders: FollowUpOrderQuerySet
    form: DispatchFilters
    chip: str
    quick: dict[str, FollowUpOrderQuerySet]


def filtered(query: QueryDict, actor: Actor, now: dt.datetime | None = None) -> Filtered:
    """The orders of an address: a quick filter, then state, tier, department and due days, all at once."""
    today = hospital_today(now=now)
    departments = supervised_departments(actor)
    orders = FollowUpOrder.objects.all()
    if departments is not None:
        orders = orders.filter(department_id__in=departments)
    form = DispatchFilters(query)
    chosen = form.chosen()
    orders = _narrowed(orders, chosen)
    quick = _quick(orders if chosen.get("state") else orders.open(), today)
    chip = query.get("list", "open")
    chip = chip if chip in quick else "open"
    return Filtered(quick[chip], form, chip, quick)


def _narrowed(orders: FollowUpOrderQuerySet, chosen: dict[str, Any]) -> FollowUpOrderQuerySet:
    fields = {
        "state": "state",
        "tier": "tier",
        "department": "department",
        "due_from": "due_on__gte",
        "due_to": "due_on__lte",
    }
    return orders.filter(**{fields[name]: value for name, value in chosen.items()})


def _quick(orders: FollowUpOrderQuerySet, today: dt.date) -> dict[str, FollowUpOrderQuerySet]:
    return {
        "open": orders,
        "unassigned": orders.working().filter(NOBODYS),
        "late": orders.late(today),
        "today": orders.working().filter(latest_on__gte=today, earliest_on__lte=today),
        "pool": orders.working().filter(POOL),
        "duty": orders.working().filter(is_duty_list=True),
        "returned": orders.filter(state="returned"),
        "held": orders.filter(state="suspended"),
    }


@requires("followups.dispatch")
@require_safe
@with_views(DISPATCH)
def board(request: HttpRequest) -> HttpResponse:
    """The list with its filters; the address holds the state."""
    now = timezone.now()
    wanted = filtered(request.GET, request.actor, now)
    page = lists.page_of_orders(request, wanted.orders)
    log_access(request.actor, "list", [order.patient_id for order in page.rows], page="followups:dispatch")
    context = {
        "form": wanted.form,
        "chips": _chips(request, wanted.chip),
        "counts_url": _counts_url(request),
        "rows": rows.rows_of(page.rows, actor=request.actor, now=now),
        "page": lists.page_urls(request, page),
        "has_more": bool(page.newer or page.older),
        "keep": [("list", wanted.chip)],
        "query": lists.query(request),
        "now": now,
    }
    return render(request, "followups/dispatch.html", context)


@requires("followups.dispatch")
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The numbers of the board, which come after its rows."""
    wanted = filtered(request.GET, request.actor)
    numbers = dict(zip(CHIPS, capped_counts(*(wanted.quick[name] for name in CHIPS)), strict=True))
    count = numbers[wanted.chip]
    return later_numbers(
        request,
        numbers,
        words=_("%(n)s steps") % {"n": wording.capped(count)},
        late=("late",),
        matching=count if count > keyset.PAGE_SIZE else None,
    )


def _counts_url(request: HttpRequest) -> str:
    return f"{reverse('followups:dispatch-counts')}?{lists.query(request)}"


def _chips(request: HttpRequest, chosen: str) -> list[dict[str, Any]]:
    labels = {
        "open": _("All open"),
        "unassigned": _("Unassigned"),
        "late": _("Late"),
        "today": _("Window open"),
        "pool": _("Anybody at the centre"),
        "duty": _("Duty list"),
        "returned": _("Returned"),
        "held": _("On hold"),
    }
    return [
        {
            "key": name,
            "label": labels[name],
            "url": f"?{lists.query(request, list=name)}",
            "hint": HINTS.get(name, ""),
            "is_on": name == chosen,
        }
        for name in CHIPS
    ]
