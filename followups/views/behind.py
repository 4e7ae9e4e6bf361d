"""The steps behind a figure: as many rows as the number says; and how the figures are counted."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.audit import log_access
from accounts.calendar import today as hospital_today
from accounts.models import Department, StaffMember
from followups.domain import figures
from followups.models import FollowUpOrder
from followups.views import lists, periods, rows
from followups.views.orders import READERS
from followups.views.scopes import supervised_departments
from hospital_crm.tenancy.counts import capped_count
from hospital_crm.typed import whole_number

NAMES = {
    "due": _("Due"),
    "attempted": _("Attempted"),
    "reached": _("Reached"),
    "effective": _("Effective"),
    "timely": _("Timely"),
    "lost": _("Lost"),
    "refused": _("Refused"),
    "dissatisfied": _("Dissatisfied"),
    "late": _("Late, not done"),
    "too_few": _("Tried too little"),
}
# States of today, whatever the period.
OF_TODAY = {"late": figures.late_now, "too_few": figures.too_few_tries}


@requires("followups.supervise", "followups.dispatch", "followups.review", "followups.quality")
@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The list behind one number of a board: measure, department, attending and period stand in the address."""
    now = timezone.now()
    today = hospital_today(now=now)
    measure = request.GET.get("measure", "due")
    if measure not in NAMES:
        raise Http404
    choice = periods.chosen(request, today)
    orders = _of_address(request, supervised_departments(request.actor))
    of_today = OF_TODAY.get(measure)
    found = of_today(today, orders) if of_today else figures.behind(measure, choice.period, orders)
    page = lists.page_of_orders(request, found, lists.BY_LATEST if of_today else lists.BY_DUE)
    shown = rows.rows_of(page.rows, actor=request.actor, now=now, shows_tries=False)
    log_access(request.actor, "list", [order.patient_id for order in page.rows], page="followups:behind")
    context = {
        "name": NAMES[measure],
        "is_of_today": of_today is not None,
        "count": capped_count(found),
        "choice": choice,
        "where": _where(request),
        "rows": shown,
        "with_diagnosis": any(row.diagnosis for row in shown),
        "page": lists.page_urls(request, page),
        "measures": [
            {"label": label, "url": f"?{lists.query(request, measure=key)}", "is_on": key == measure, "count": None}
            for key, label in NAMES.items()
        ],
        "now": now,
    }
    return render(request, "followups/behind.html", context)


def _of_address(request: HttpRequest, departments: Any) -> Any:
    """The orders that the address names, within the departments of the reader."""
    orders = FollowUpOrder.objects.all()
    if departments is not None:
        orders = orders.filter(department_id__in=departments)
    department = request.GET.get("department", "")
    if (number := whole_number(department)) is not None:
        orders = orders.filter(department_id=number)
    elif department == "none":
        orders = orders.filter(department__isnull=True)
    attending = request.GET.get("attending", "")
    if (number := whole_number(attending)) is not None:
        orders = orders.filter(attending_id=number)
    elif attending == "none":
        orders = orders.filter(attending__isnull=True)
    return orders


def _where(request: HttpRequest) -> str:
    """Department and physician of the address, in words."""
    names: list[str] = []
    for model, parameter in ((Department, "department"), (StaffMember, "attending")):
        if (number := whole_number(request.GET.get(parameter))) is not None:
            names += model._default_manager.filter(pk=number).values_list("name", flat=True)
    return " · ".join(names)


@requires("reports.hospital", "reports.department", *READERS)
@require_safe
def how_figures_are_counted(request: HttpRequest) -> HttpResponse:
    """指标口径: the definition of every figure in words."""
    return render(request, "followups/figures.html", {"clearly_below": int(figures.CLEARLY_BELOW)})
