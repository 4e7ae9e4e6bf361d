"""The review queue of the service centre: each sent result beside its attempts, filed or returned with a reason,
then the next.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.views.list_state import with_views
from followups.domain import hints, refusals, reviews
from followups.domain.errors import FollowUpError
from followups.filtered_lists import REVIEW
from followups.forms import ReviewForm
from followups.models import FollowUpOrder, OrderState
from followups.models.orders import FollowUpOrderQuerySet
from followups.views import lists, rows
from followups.views.history import history_lists, history_of
from followups.views.kept import kept_of, nothing_saved, standing_words
from followups.views.open_order import open_order
from hospital_crm.shell import toasts
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.prepared_rows import PreparedRows
from hospital_crm.tenancy.together import Few, read_together

CHIPS = ("all", "finding", "hinted", "dissatisfied", "late")
SENT = (OrderState.SUBMITTED, OrderState.FILED)
_LISTED = PreparedRows(lambda: rows.for_rows(hints.with_hints(FollowUpOrder.objects.all())))
_RESULT = PreparedRows(lambda: hints.with_hints(rows.whole(FollowUpOrder.objects.all())))


def waiting(request: HttpRequest) -> dict[str, FollowUpOrderQuerySet]:
    """Results that wait for the centre, and the quick lists among them."""
    sent = FollowUpOrder.objects.visible_to(request.actor).filter(state=OrderState.SUBMITTED)
    return {
        "all": sent,
        "finding": sent.filter(has_finding=True),
        "hinted": sent.filter(hints.any_hint()),
        "dissatisfied": sent.filter(has_dissatisfaction=True),
        "late": sent.exclude(late_reason=""),
    }


@requires("followups.review")
@require_safe
@with_views(REVIEW)
def queue(request: HttpRequest) -> HttpResponse:
    """The list, oldest window first; with `?order=` one result is open on the right."""
    now = timezone.now()
    context = _opened(request, now, ReviewForm())
    if request.htmx and context["opened"]:
        return render(request, "followups/review.html#rail", context)
    return render(request, "followups/review.html", context | _list(request, now))


def _list(request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    wanted = waiting(request)
    chip = request.GET.get("list", "all")
    chip = chip if chip in wanted else "all"
    counts = dict(zip(CHIPS, capped_counts(*(wanted[name] for name in CHIPS)), strict=True))
    request.counted = {"followups:review": counts["all"]}
    page = lists.page_of_orders(request, wanted[chip], read=_LISTED)
    shown = rows.rows_of(page.rows, actor=request.actor, now=now, clinical=True, shows_tries=False)
    for row in shown:
        row.problem = pgettext("between things of one kind", ", ").join(hints.words_of(row.order))
    log_access(request.actor, "list", [order.patient_id for order in page.rows], page="followups:review")
    return {
        "rows": shown,
        "count": counts[chip],
        "chips": _chips(chip, counts),
        "page": lists.page_urls(request, page),
        "keep": f"list={chip}&" if chip != "all" else "",
    }


def _chips(chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "all": _("All"),
        "finding": _("Red flag"),
        "hinted": _("Worth a look"),
        "dissatisfied": _("Not content"),
        "late": _("Done late"),
    }
    return [
        {
            "label": labels[name],
            "url": f"?list={name}",
            "count": counts[name],
            "is_on": name == chosen,
            "is_late": name == "finding" and counts[name] > 0,
        }
        for name in CHIPS
    ]


def _opened(request: HttpRequest, now: dt.datetime, form: ReviewForm) -> dict[str, Any]:
    """The result of the address with its attempts and hints."""
    try:
        public_id = UUID(request.GET.get("order", ""))
    except ValueError:
        return {"opened": None, "now": now}
    return opened_result(request, public_id, now, form)


def _beside(found: FollowUpOrder) -> dict[str, Few]:
    return history_lists(found) | {"heard": Few(found.dissatisfactions.all(), ["cause", "text", "handling"])}


def opened_result(request: HttpRequest, public_id: UUID, now: dt.datetime, form: ReviewForm) -> dict[str, Any]:
    """One result as the reviewer reads it: what was sent, and nothing of an order that is still worked on."""
    sent = FollowUpOrder.objects.filter(state__in=SENT)
    found: FollowUpOrder = get_visible_or_404(sent, request.actor, read=_RESULT, public_id=public_id)
    opened = open_order(found, actor=request.actor, now=now, page="followups:review", reviewing=True, beside=_beside)
    return {
        "opened": opened,
        "history": history_of(opened.read, clinical=True, now=now),
        "heard": opened.read["heard"],
        "hints": hints.words_of(found),
        "is_own": found.submitted_by_id == request.actor.staff.pk,
        "form": form,
        "version": form["version"].value() or found.version,
        "now": now,
    }


@requires("followups.review")
@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """File or return; then the next result opens by itself."""
    found: FollowUpOrder = get_visible_or_404(FollowUpOrder, request.actor, public_id=public_id)
    now, form = timezone.now(), ReviewForm(request.POST)
    act = request.POST.get("act") or ("return" if request.POST.get("reason", "").strip() else "file")
    following = _next_after(request, found)
    if not form.is_valid() and act == "return" and found.state in SENT:
        return _page(request, now, opened_result(request, public_id, now, form), status=422)
    try:
        _decide(found, act, form, request.actor, now)
    except _OVERTAKEN as refusal:
        return _overtaken(request, public_id, form, refusal, now)
    except FollowUpError as refusal:
        toasts.say(request, str(refusal), late=True)
    else:
        toasts.say(request, _("Returned for redo.") if act == "return" else _("Filed."))
    return redirect(_address(request, following))


def _decide(found: FollowUpOrder, act: str, form: ReviewForm, actor: Actor, now: dt.datetime) -> None:
    version = form.cleaned_data.get("version")
    if act == "return":
        reason = form.cleaned_data.get("reason", "")
        reviews.return_result(order=found, reason=reason, actor=actor, version=version, now=now)
    else:
        reviews.file_result(order=found, actor=actor, version=version, now=now)


_OVERTAKEN = (*refusals.CHANGED_MEANWHILE, refusals.NotToBeReviewed)


def _overtaken(
    request: HttpRequest, public_id: UUID, form: ReviewForm, refusal: FollowUpError, now: dt.datetime
) -> HttpResponse:
    """The result as it stands, who was quicker, and the reason that was written: to be sent again, or to be copied."""
    found: FollowUpOrder = get_visible_or_404(FollowUpOrder, request.actor, read=rows.WHOLE, public_id=public_id)
    standing = standing_words(found, read_together(**history_lists(found)), clinical=True, now=now)
    if found.state == OrderState.SUBMITTED:
        form.data = {**form.data.dict(), "version": str(found.version)}
        context = {"conflict": f"{refusal} {standing}"}
    else:
        context = {"conflict": nothing_saved(standing), "kept": kept_of(form, order=found, actor=request.actor)}
    opened = opened_result(request, public_id, now, form) if found.state in SENT else {"opened": None, "now": now}
    return _page(request, now, opened | context, status=409)


def _page(request: HttpRequest, now: dt.datetime, opened: dict[str, Any], status: int) -> HttpResponse:
    return render(request, "followups/review.html", opened | _list(request, now), status=status)


def _next_after(request: HttpRequest, found: FollowUpOrder) -> FollowUpOrder | None:
    wanted = waiting(request)
    chosen = wanted.get(request.GET.get("list", "all"), wanted["all"])
    ordered = chosen.exclude(pk=found.pk).order_by(*lists.BY_LATEST.order)
    return ordered.filter(latest_on__gte=found.latest_on).first() or ordered.first()


def _address(request: HttpRequest, order: FollowUpOrder | None) -> str:
    base = reverse("followups:review")
    query = lists.query(request, order=order.public_id if order else "")
    return f"{base}?{query}" if query else base
