"""The service agent's workbench: the calls that wait, by the closing of their window, and the open order beside
them.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import Seen, log_accesses
from accounts.calendar import today as hospital_today
from accounts.views.list_state import with_views
from followups.domain import in_hand, worklists
from followups.filtered_lists import WORKBENCH
from followups.forms import ResultForm, fresh_result_form
from followups.models import FollowUpOrder
from followups.views import lists, rows
from followups.views.open_order import OpenOrder, open_order
from followups.views.outcomes import answers, key_groups
from hospital_crm.shell import wording
from hospital_crm.shell.later import later_numbers
from hospital_crm.tenancy.prepared_rows import PreparedRows

_WITH_CALLER = PreparedRows(lambda *, now: rows.for_rows(in_hand.with_caller(FollowUpOrder.objects.all(), now=now)))
CHIPS = ("all", "late", "a", "agreed", "returned", "upcoming")

OPEN_HINT = gettext_lazy(
    "Your own orders, and those that anybody at the centre may take, from their earliest day on. People who have to"
    " wait for a day without contact or after too many contacts are counted too; their orders say from which day on."
)


@requires("followups.complete")
@require_safe
@with_views(WORKBENCH)
def workbench(request: HttpRequest) -> HttpResponse:
    """The list; with `?order=` one of its orders is open on the right. Under htmx the right side alone."""
    now = timezone.now()
    opened = _opened(request, now)
    return bench(request, now, opened, fresh_result_form(opened.order, request.actor) if opened else None)


def bench(
    request: HttpRequest, now: dt.datetime, opened: OpenOrder | None, form: ResultForm | None, status: int = 200
) -> HttpResponse:
    """The workbench with this order open and this form in it."""
    chip = chip_of(request)
    context: dict[str, Any] = {"opened": opened, "form": form, "now": now, "chosen": chip if chip != "all" else ""}
    if opened:
        context |= {"back": _back(request), **(_keys(opened, form) if form else {"keys": []})}
    if request.htmx and opened:
        _log(request, opened, [])
        return render(request, "followups/workbench.html#rail", context, status=status)
    return render(request, "followups/workbench.html", context | _list(request, now, opened), status=status)


def _log(request: HttpRequest, opened: OpenOrder | None, patient_ids: list[int]) -> None:
    """The open order and the list were seen."""
    seen = [opened.seen] if opened and opened.seen else []
    log_accesses(request.actor, *seen, Seen("list", patient_ids, page="followups:workbench"))


def _keys(opened: OpenOrder, form: ResultForm) -> dict[str, Any]:
    """The outcomes and the answers on satisfaction, with what is chosen."""
    chosen = str(form["outcome"].value() or "")
    return {"keys": key_groups(opened.order, chosen), "answers": answers(form["satisfaction"].value())}


def _list(request: HttpRequest, now: dt.datetime, opened: OpenOrder | None) -> dict[str, Any]:
    """The list, its quick filters with their counts, and what was done today."""
    actor, today = request.actor, hospital_today(now=now)
    wanted = worklists.workbench(actor, today=today)
    chip = chip_of(request)
    key = worklists.order_of(chip)
    page = lists.page_of_orders(request, wanted.rows(chip), key, read=_WITH_CALLER(now=now))
    shown = rows.rows_of(page.rows, actor=actor, now=now, clinical=True)
    for row in shown:
        if row.order.assignee_id is None and row.order.caller:
            row.next = _("in hand: %(name)s") % {"name": row.order.caller}
    _log(request, opened, [order.patient_id for order in page.rows])
    return {
        "chips": _chips(chip),
        "counts_url": f"{reverse('followups:workbench-counts')}?list={chip}",
        "groups": rows.grouped(shown, lambda row: rows.group_of(row, key, today)),
        "is_by_latest": key == worklists.BY_LATEST,
        "page": lists.page_urls(request, page),
        **({} if shown else _empty_words(chip, actor, today)),
    }


@requires("followups.complete")
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The numbers of the list, and what was done today, which come after the rows."""
    listed, done = worklists.workbench_counts(request.actor, today=hospital_today(now=timezone.now()))
    n = listed[chip_of(request)]
    return later_numbers(
        request,
        listed,
        words=ngettext("%(n)s step", "%(n)s steps", n) % {"n": wording.capped(n)},
        late=("late",),
        template="followups/workbench_numbers.html",
        done=done,
    )


def chip_of(request: HttpRequest) -> str:
    """The quick list of the address, or of the form that was sent."""
    chip = request.POST.get("list") or request.GET.get("list", "all")
    return chip if chip in CHIPS else "all"


def _chips(chosen: str) -> list[dict[str, Any]]:
    labels = {
        "all": _("To call today"),
        "late": _("Late"),
        "a": _("Tier A"),
        "agreed": _("Agreed time"),
        "returned": _("Returned"),
        "upcoming": _("Coming up"),
    }
    return [
        {
            "key": name,
            "label": labels[name],
            "url": f"?list={name}",
            "hint": OPEN_HINT if name == "all" else "",
            "is_on": name == chosen,
        }
        for name in CHIPS
    ]


def _empty_words(chip: str, actor: Actor, today: dt.date) -> dict[str, str]:
    """An empty list says what comes next."""
    upcoming = worklists.workbench_counts(actor, today=today)[0]["upcoming"] if chip == "all" else 0
    if upcoming:
        words = _("%(n)s come up within a week.") % {"n": upcoming}
        return {"empty_words": words, "empty_url": "?list=upcoming", "empty_action": _("Show what comes up")}
    if chip != "all":
        return {"empty_words": "", "empty_url": "?list=all", "empty_action": _("Show all")}
    return {"empty_words": _("Nothing is due."), "empty_url": "", "empty_action": ""}


def _opened(request: HttpRequest, now: dt.datetime) -> OpenOrder | None:
    """The order of the address, if it is visible."""
    try:
        public_id = UUID(request.GET.get("order", ""))
    except ValueError:
        return None
    return opened_order(request, public_id, now)


def opened_order(request: HttpRequest, public_id: UUID, now: dt.datetime) -> OpenOrder:
    """The visible order with all that the right side shows."""
    found: FollowUpOrder = get_visible_or_404(FollowUpOrder, request.actor, read=rows.WHOLE, public_id=public_id)
    return open_order(found, actor=request.actor, now=now, page="followups:workbench", beside_list=True)


def _back(request: HttpRequest) -> str:
    return f"{reverse('followups:workbench')}?{lists.query(request)}"
