"""The late orders that a notice of several leads to: exactly those of which the reader was told at that moment."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.audit import log_access
from followups.domain.escalation import told_at
from followups.models import Tier
from followups.views import lists, rows
from followups.views.orders import READERS
from hospital_crm.tenancy.counts import capped_count
from hospital_crm.typed import moment


@requires(*READERS)
@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """By the moment in the address, the longest late first; with `tier` those of one tier."""
    at, now, actor = moment(request.GET.get("at", "")), timezone.now(), request.actor  # type: ignore[attr-defined]
    if at is None:
        raise Http404
    found = told_at(at, actor.staff.pk).visible_to(actor)
    tier = request.GET.get("tier", "")
    found = found.filter(tier=tier) if tier in Tier.values else found
    page = lists.page_of_orders(request, found)
    shown = rows.rows_of(page.rows, actor=actor, now=now)
    log_access(actor, "list", [order.patient_id for order in page.rows], page="followups:told")
    context = {
        "at": at,
        "rows": shown,
        "with_diagnosis": any(row.diagnosis for row in shown),
        "count": capped_count(found),
        "page": lists.page_urls(request, page),
        "now": now,
    }
    return render(request, "followups/told.html", context)
