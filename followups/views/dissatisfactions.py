"""不满及处理: what people were not content with, open ones first, and the page on which one is handled."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_visible_or_404, requires
from accounts.audit import log_access
from accounts.views.list_state import with_views
from followups.domain.dissatisfactions import handle, may_handle
from followups.domain.errors import FollowUpError
from followups.filtered_lists import DISSATISFACTIONS
from followups.forms import HandlingForm
from followups.models import Dissatisfaction
from followups.models.dissatisfactions import DissatisfactionQuerySet
from followups.views import lists
from followups.views.orders import READERS
from followups.views.picks import candidates
from hospital_crm.shell import toasts
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.keyset import Key, page_of
from patients.domain.masking import mask_name

BY_HEARD = Key("heard_at", dt.datetime.fromisoformat, ascending=True)
CHIPS = ("open", "own", "settled")


def _lists(request: HttpRequest) -> dict[str, DissatisfactionQuerySet]:
    visible = Dissatisfaction.objects.visible_to(request.actor)
    return {
        "open": visible.unsettled(),
        "own": visible.unsettled().filter(owner=request.actor.staff),
        "settled": visible.filter(state=Dissatisfaction.State.SETTLED),
    }


@requires(*READERS)
@require_safe
@with_views(DISSATISFACTIONS)
def listed(request: HttpRequest) -> HttpResponse:
    """Those not settled, the oldest first."""
    wanted, now = _lists(request), timezone.now()
    chip = request.GET.get("list", "open")
    chip = chip if chip in wanted else "open"
    counts = dict(zip(CHIPS, capped_counts(*(wanted[name] for name in CHIPS)), strict=True))
    read = Dissatisfaction.objects.select_related("patient", "department", "owner")
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(wanted[chip], BY_HEARD, fetch=read, after=after, before=before)
    log_access(request.actor, "list", [row.patient_id for row in page.rows], page="followups:dissatisfactions")
    context = {
        "rows": [{"one": row, "name": mask_name(row.patient.name)} for row in page.rows],
        "chips": _chips(chip, counts),
        "count": counts[chip],
        "page": lists.page_urls(request, page),
        "now": now,
    }
    return render(request, "followups/dissatisfactions.html", context)


def _chips(chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {"open": _("To settle"), "own": _("Mine"), "settled": _("Settled")}
    return [
        {
            "label": labels[name],
            "url": f"?list={name}",
            "count": counts[name],
            "is_on": name == chosen,
            "is_late": False,
        }
        for name in CHIPS
    ]


@requires(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One dissatisfaction: who, what was said, every step of its handling; and the form of the next step."""
    readable = Dissatisfaction.objects.select_related("patient", "department", "owner", "heard_by", "order__step")
    found: Dissatisfaction = get_visible_or_404(readable, request.actor, public_id=public_id)
    allowed, now = may_handle(request.actor, found), timezone.now()
    form = HandlingForm(
        request.POST if request.method == "POST" else None,
        candidates=candidates(request.actor),
        initial={"cause": found.cause},
    )
    if form.is_bound and form.is_valid():
        try:
            handle(dissatisfaction=found, actor=request.actor, now=now, **form.cleaned_data)
        except FollowUpError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.say(request, _("Settled.") if form.cleaned_data["is_settled"] else _("Kept."))
            return redirect(reverse("followups:dissatisfaction", args=[found.public_id]))
    log_access(request.actor, "view", [found.patient_id], purpose="followups.dissatisfaction", page=_PAGE)
    context = {
        "found": found,
        "name": mask_name(found.patient.name),
        "entries": found.entries.select_related("by", "owner"),
        "may_handle": allowed,
        "form": form,
        "now": now,
    }
    return render(request, "followups/dissatisfaction_page.html", context, status=422 if form.errors else 200)


_PAGE = "followups:dissatisfaction"
