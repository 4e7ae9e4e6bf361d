"""The head nurse's ward: who holds how much, hand out and even out, and the printed ward list."""

import datetime as dt
from typing import Any

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.audit import log_access
from accounts.calendar import today as hospital_today
from accounts.models import StaffMember, Ward
from accounts.views.list_state import with_views
from followups.domain import figures, rebalance
from followups.domain.errors import FollowUpError
from followups.domain.holding import NOBODYS
from followups.domain.worklists import BY_LATEST, order_of
from followups.filtered_lists import WARD
from followups.models import FollowUpOrder
from followups.models.orders import FollowUpOrderQuerySet
from followups.views import lists, rows
from followups.views.rows import for_rows
from followups.views.scopes import led_wards
from hospital_crm.shell import toasts
from hospital_crm.tenancy.counts import PreparedCapped, capped_counts
from hospital_crm.tenancy.prepared_rows import PreparedRows
from hospital_crm.tenancy.together import Few, PreparedReads

CHIPS = ("now", "late", "unassigned", "upcoming")
AHEAD_DAYS = 7
PRINTED = 120
A_SHEET = 15


def wanted_lists(ward: int, today: dt.date) -> dict[str, FollowUpOrderQuerySet]:
    """The ward's working orders: callable now, late, nobody's as on dispatch, coming up within a week."""
    working = FollowUpOrder.objects.working().filter(ward=ward)
    opened = working.filter(earliest_on__lte=today)
    ahead = today + dt.timedelta(days=AHEAD_DAYS)
    return {
        "now": opened,
        "late": figures.late_now(today, FollowUpOrder.objects.filter(ward=ward)),
        "unassigned": working.filter(NOBODYS),
        "upcoming": working.filter(earliest_on__gt=today, earliest_on__lte=ahead),
    }


@requires("followups.ward")
@require_safe
@with_views(WARD)
def ward(request: HttpRequest) -> HttpResponse:
    """One of the own wards with its list and the load of each nurse."""
    now = timezone.now()
    today = hospital_today(now=now)
    wards = list(led_wards(request.actor).order_by("name"))
    chosen = _chosen(request, wards)
    if chosen is None:
        return render(request, "followups/ward_nothing.html", {})
    wanted = wanted_lists(chosen.pk, today)
    chip = request.GET.get("list", "now")
    chip = chip if chip in wanted else "now"
    counts = _COUNTS.of(ward=chosen.pk, today=today)
    page = lists.page_of_orders(request, wanted[chip], order_of(chip))
    log_access(request.actor, "list", [order.patient_id for order in page.rows], page="followups:ward")
    context = {
        "wards": wards,
        "ward": chosen,
        "chips": _chips(request, chip, counts),
        "rows": rows.rows_of(page.rows, actor=request.actor, now=now),
        "count": counts[chip],
        "is_by_latest": order_of(chip) == BY_LATEST,
        "loads": _LOADS.read(ward=chosen.pk, today=today)["nurses"],
        "page": lists.page_urls(request, page),
        "now": now,
    }
    return render(request, "followups/ward.html", context)


def _chosen(request: HttpRequest, wards: list[Ward]) -> Ward | None:
    wished = request.GET.get("ward") or request.POST.get("ward") or ""
    return next((one for one in wards if str(one.pk) == wished), wards[0] if wards else None)


def _loads(*, ward: int, today: dt.date) -> dict[str, Few]:
    """Every nurse of the ward with the callable orders held, the heaviest first."""
    held = wanted_lists(ward, today)["now"].filter(assignee=OuterRef("pk")).order_by().values("assignee")
    nurses = StaffMember.objects.active().filter(ward_links__ward=ward).distinct()
    counted = nurses.annotate(n=Coalesce(Subquery(held.annotate(n=Count("pk")).values("n")), 0))
    return {"nurses": Few(counted.order_by("-n", "name_order", "pk"), ("name", "n"))}


_LOADS = PreparedReads(_loads)
_COUNTS = PreparedCapped(wanted_lists)


def _chips(request: HttpRequest, chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "now": _("To do now"),
        "late": _("Late"),
        "unassigned": _("Unassigned"),
        "upcoming": _("Coming up"),
    }
    return [
        {
            "label": labels[name],
            "url": f"?{lists.query(request, list=name)}",
            "count": counts[name],
            "is_on": name == chosen,
            "is_late": name == "late" and counts[name] > 0,
        }
        for name in CHIPS
    ]


@requires("followups.ward")
@require_http_methods(["GET", "HEAD", "POST"])
def even_out(request: HttpRequest) -> HttpResponse:
    """Spread the callable orders evenly over the nurses who are here; first shows who would hold how much."""
    now = timezone.now()
    chosen = _chosen(request, list(led_wards(request.actor)))
    back = reverse("followups:ward")
    if chosen is None:
        return redirect(back)
    back = f"{back}?ward={chosen.pk}"
    moves = rebalance.proposal(ward=chosen, now=now)
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        try:
            n = rebalance.even_out(ward=chosen, actor=request.actor, now=now)
        except FollowUpError as refusal:
            toasts.say(request, str(refusal), late=True)
        else:
            toasts.say(request, ngettext("%(n)s step moved", "%(n)s steps moved", n) % {"n": n})
        return redirect(back)
    parts = [f"{name} {before} → {after}" for name, before, after in moves.loads]
    context = {
        "title": _("Even out %(ward)s") % {"ward": chosen.name},
        "text": _("; ").join(parts),
        "note": _("Only steps that nobody has begun change hands."),
        "action": ngettext("Move %(n)s step", "Move %(n)s steps", moves.count) % {"n": moves.count},
        "cancel_url": back,
        "fields": [("ward", chosen.pk)],
    }
    return render(request, "followups/confirm.html", context)


_PRINTED = PreparedRows(lambda: for_rows(FollowUpOrder.objects.annotate(assignee_order=F("assignee__name_order"))))


def _by_assignee(order: FollowUpOrder) -> tuple[str, dt.date, int]:
    return order.assignee_order or "", order.latest_on, order.pk


@requires("followups.ward")
@require_safe
def print_list(request: HttpRequest) -> HttpResponse:
    """The ward list on paper: masked, who, step, window, assignee, with room for the result; of a long list the most
    urgent, by assignee.
    """
    now = timezone.now()
    today = hospital_today(now=now)
    chosen = _chosen(request, list(led_wards(request.actor)))
    if chosen is None:
        return redirect("followups:ward")
    wanted = wanted_lists(chosen.pk, today)["now"]
    urgent = list(wanted.order_by(*lists.BY_LATEST.order).values_list("pk", flat=True)[:PRINTED])
    orders = sorted(_PRINTED.in_bulk(urgent).values(), key=_by_assignee)
    log_access(
        request.actor, "print", [order.patient_id for order in orders], purpose="followups.ward", page="followups:ward"
    )
    lines = rows.rows_of(orders, actor=request.actor, now=now)
    context = {
        "ward": chosen,
        "sheets": [lines[start : start + A_SHEET] for start in range(0, len(lines), A_SHEET)] or [[]],
        "count": len(lines),
        "all": capped_counts(wanted)[0] if len(lines) == PRINTED else len(lines),
        "now": now,
        "purpose": _("ward round"),
        "printed_by": request.actor.staff.name,
    }
    return render(request, "followups/print_ward.html", context)
