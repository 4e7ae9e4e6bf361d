"""我的回访: a physician's or nurse's own due orders, and the one screen on which a result is written."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.audit import log_access
from accounts.calendar import today as hospital_today
from followups.domain import worklists
from followups.forms import ResultForm, fresh_result_form
from followups.views import lists, rows
from followups.views.open_order import OpenOrder, open_order
from followups.views.orders import visible_order
from followups.views.outcomes import PHRASES, answers, key_groups
from followups.views.rows import Group

GROUPS = ("late", "today", "upcoming")
LISTS = (*GROUPS, "returned", "agreed")
SHOWN = 20
ENDS_SHOWN = 50


# lists beside the groups, offered where there is something in them
_BESIDE = {"returned": gettext_lazy("Returned"), "agreed": gettext_lazy("Agreed time")}


def list_of(request: HttpRequest) -> str:
    """The list of the address, or of the form that was sent; empty for all of them."""
    chosen = request.POST.get("list") or request.GET.get("list", "")
    return chosen if chosen in LISTS else ""


@requires("followups.work")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The first of what is late, due today, coming up, each with the way to the rest; `?list=`: one of them, paged."""
    actor, now = request.actor, timezone.now()
    today = hospital_today(now=now)
    wanted = worklists.mine(actor, today=today)
    chosen = list_of(request)
    counts = worklists.mine_counts(actor, today=today)
    page_links = {"newer": "", "older": ""}
    if chosen:
        page = lists.page_of_orders(request, wanted.rows(chosen), worklists.order_of(chosen))
        page_links, found = lists.page_urls(request, page), {chosen: page.rows}
    else:
        found = lists.first_of_each({name: wanted.rows(name) for name in GROUPS if counts[name]}, SHOWN)
    labels = {"late": _("Late"), "today": _("Due today"), "upcoming": _("Coming up")} | _BESIDE
    read = rows.rows_of([order for orders in found.values() for order in orders], actor=actor, now=now, clinical=True)
    by_order = {row.order.pk: row for row in read}
    groups = [
        Group(
            name,
            labels[name],
            [by_order[order.pk] for order in orders],
            name == "late",
            counts[name],
            "" if chosen or counts[name] <= SHOWN else f"?list={name}",
        )
        for name, orders in found.items()
        if orders
    ]
    ending = [] if chosen else _ending(request, today, now)
    shown = [*(row for group in groups for row in group.rows), *ending]
    log_access(actor, "list", [row.order.patient_id for row in shown], page="followups:mine")
    context = {
        "groups": groups,
        "chosen": chosen,
        "ending": ending,
        "chips": _chips(chosen, counts),
        "page": page_links,
        "may_hand_over": actor.can("followups.complete"),
        "now": now,
        "empty_words": _("No order of yours is late, due today or due within a week."),
    }
    return render(request, "followups/mine.html", context)


def _ending(request: HttpRequest, today: dt.date, now: dt.datetime) -> list[rows.Row]:
    """Runs without a finding whose end waits for the reader, each by its last order."""
    waiting = worklists.ends_to_decide(request.actor, today=today)[:ENDS_SHOWN]  # type: ignore[attr-defined]
    found = rows.for_rows(waiting)
    return rows.rows_of(found, actor=request.actor, now=now, clinical=True, shows_tries=False)  # type: ignore[attr-defined]


def _chips(chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {"": _("All"), "late": _("Late"), "today": _("Today"), "upcoming": _("Coming up")}
    labels |= {name: label for name, label in _BESIDE.items() if counts[name] or chosen == name}
    numbers = {"": sum(counts[name] for name in GROUPS), **counts}
    return [
        {
            "label": label,
            "url": f"?list={name}" if name else "?",
            "count": numbers[name],
            "is_on": name == chosen,
            "is_late": name == "late" and counts["late"] > 0,
        }
        for name, label in labels.items()
    ]


@requires("followups.complete")
@require_safe
def result(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form of one call, made for the phone; the numbers are shown to whoever holds the order."""
    now = timezone.now()
    found = visible_order(request, public_id, log=False)
    opened = open_order(found, actor=request.actor, now=now, page="followups:result")
    return sheet(request, now, opened, fresh_result_form(opened.order, request.actor))


def sheet(
    request: HttpRequest, now: dt.datetime, opened: OpenOrder, form: ResultForm, status: int = 200
) -> HttpResponse:
    """The one-screen form with this order and this input."""
    context = {
        "opened": opened,
        "form": form,
        "keys": key_groups(opened.order, str(form["outcome"].value() or "")),
        "answers": answers(form["satisfaction"].value()),
        "phrases": PHRASES,
        "call": request.GET.get("call") == "1",
        "chosen": list_of(request),
        "now": now,
    }
    return render(request, "followups/result.html", context, status=status)
