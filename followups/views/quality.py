"""Medical affairs: late A orders of all departments with their escalation, red flags of the last days, and the results
that wait for medical affairs in the place of the centre's only reviewer or a department's only head.
"""

import datetime as dt
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today as hospital_today
from accounts.models import Department
from accounts.views.list_state import with_views
from followups.domain import figures, stand_ins
from followups.filtered_lists import QUALITY
from followups.models import FollowUpOrder, Review
from followups.models.orders import FollowUpOrderQuerySet
from followups.views import lists, rows
from followups.views.row_words import RowWords
from hospital_crm.shell import wording
from hospital_crm.shell.later import later_numbers
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.keyset import Key

FINDING_DAYS = 14
LATE = ("late", "escalated")
DEPARTMENTS = 12
BY_SENT = Key("submitted_at", dt.datetime.fromisoformat)
BY_HEARD = Key("finding_at", dt.datetime.fromisoformat)
_ORDERED = {"late": lists.BY_LATEST, "escalated": lists.BY_LATEST, "finding": BY_HEARD}


def wanted_lists(
    today: dt.date, now: dt.datetime, actor: Actor, heads: stand_ins.OnlyHeads
) -> dict[str, FollowUpOrderQuerySet]:
    """Late A orders, those already beyond 72 hours, red flags, and what the actor files or scores for others."""
    since = now - dt.timedelta(days=FINDING_DAYS)
    return {
        "late": figures.late_a(today),
        "escalated": figures.late_a(today, beyond_days=figures.BEYOND_DAYS),
        "finding": FollowUpOrder.objects.filter(has_finding=True, finding_at__gte=since),
        "file": stand_ins.to_file(actor),
        "sample": FollowUpOrder.objects.filter(pk__in=stand_ins.to_score(actor, heads).values("order_id")),
    }


@requires("followups.quality")
@require_safe
@with_views(QUALITY)
def quality(request: HttpRequest) -> HttpResponse:
    """The late A list by department, the longest first."""
    now = timezone.now()
    today = hospital_today(now=now)
    heads = stand_ins.only_heads()
    wanted = wanted_lists(today, now, request.actor, heads)
    chip = _chosen(request, wanted)
    page = lists.page_of_orders(request, wanted[chip], _ORDERED.get(chip, BY_SENT))
    shown = rows.rows_of(page.rows, actor=request.actor, now=now)
    words = RowWords(now)
    for row in shown if chip in LATE else ():
        parts = (wording.due(row.order.latest_on, now).words, words.too_few(row.tries))
        row.problem = pgettext("between facts", ", ").join(part for part in parts if part)
    if chip == "sample":
        _add_scores(shown, stand_ins.to_score(request.actor, heads))
    log_access(request.actor, "list", [order.patient_id for order in page.rows], page="followups:quality")
    context = {
        "rows": shown,
        "with_diagnosis": any(row.diagnosis for row in shown),
        "chip": chip,
        "chips": _chips(chip),
        "counts_url": f"{reverse('followups:quality-counts')}?list={chip}",
        "page": lists.page_urls(request, page),
        "may_remind": chip in LATE,
        "departments": _by_department(wanted["late"]) if chip in LATE else [],
        "now": now,
    }
    return render(request, "followups/quality.html", context)


@requires("followups.quality")
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The numbers of the lists, which come after the rows."""
    now = timezone.now()
    wanted = wanted_lists(hospital_today(now=now), now, request.actor, stand_ins.only_heads())
    numbers = dict(zip(wanted, capped_counts(*wanted.values()), strict=True))
    words = _("%(n)s steps") % {"n": wording.capped(numbers[_chosen(request, wanted)])}
    return later_numbers(request, numbers, words=words, late=LATE)


def _chosen(request: HttpRequest, wanted: dict[str, FollowUpOrderQuerySet]) -> str:
    chip = request.GET.get("list", "late")
    return chip if chip in wanted else "late"


def _add_scores(shown: list[rows.Row], waiting: QuerySet[Review]) -> None:
    """Where each result is scored."""
    drawn = waiting.filter(order__in=[row.order.pk for row in shown])
    pages = {order_id: reverse("followups:score", args=[pk]) for pk, order_id in drawn.values_list("pk", "order_id")}
    for row in shown:
        row.score_url = pages.get(row.order.pk, "")


def _by_department(late: FollowUpOrderQuerySet) -> list[dict[str, Any]]:
    """How many late A orders each department has, most first."""
    counted = late.order_by().values_list("department").annotate(n=Count("pk")).order_by("-n", "department")
    most = list(counted[:DEPARTMENTS])
    names = dict(Department.objects.filter(pk__in=[pk for pk, _n in most if pk]).values_list("pk", "name"))
    return [{"name": names.get(pk), "n": n} for pk, n in most]


def _chips(chosen: str) -> list[dict[str, Any]]:
    labels = {
        "late": _("Late, tier A"),
        "escalated": _("Beyond 72 hours"),
        "finding": _("Red flags, 14 days"),
        "file": _("To file for the centre"),
        "sample": _("Sample of heads, to score"),
    }
    return [
        {
            "key": name,
            "label": label,
            "url": f"?list={name}",
            "is_on": name == chosen,
        }
        for name, label in labels.items()
    ]
