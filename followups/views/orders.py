"""The page of one order with its whole history, its printed record, and the form for another tier."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_visible_or_404, requires
from accounts.audit import log_access, log_part
from accounts.calendar import today
from followups.domain import reviews, taking_back, tiers
from followups.domain.closing import may_end, may_resume
from followups.domain.errors import FollowUpError
from followups.domain.stand_ins import may_stand_in
from followups.forms import TierForm
from followups.models import Attempt, FollowUpOrder, FollowUpRun
from followups.views import rows
from followups.views.history import history_lists, history_of
from followups.views.open_order import open_order, reads_clinical
from followups.views.picks import MANAGE, manageable
from hospital_crm.shell import toasts
from hospital_crm.tenancy.together import Few, read_together
from patients.domain.masking import mask_number
from patients.domain.visibility import may_read_clinical
from patients.models import Procedure

READERS = (
    "followups.work",
    "followups.dispatch",
    "followups.ward",
    "followups.review",
    "followups.supervise",
    "followups.quality",
)


def visible_order(request: HttpRequest, public_id: UUID, *, log: bool = True) -> FollowUpOrder:
    """The order with everything its pages show, if the role may see it; a view of its person, on record as such.

    Without `log` for pages that write a row of their own, or show nothing of the person.
    """
    found: FollowUpOrder = get_visible_or_404(FollowUpOrder, request.actor, read=rows.WHOLE, public_id=public_id)
    page = request.resolver_match.view_name if request.resolver_match else ""
    if log and request.method == "POST":
        log_part(request.actor, "view", found.patient_id, page=page)
    elif log:
        log_access(request.actor, "view", [found.patient_id], purpose="followups.order", page=page)
    return found


@requires(*READERS)
@require_safe
def order(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who, the window, the tier with its reasons, and what happened, newest last."""
    found, now = visible_order(request, public_id, log=False), timezone.now()
    opened = open_order(found, actor=request.actor, now=now, page="followups:order", beside=_beside)
    context = {
        "opened": opened,
        "order": found,
        "row": opened.row,
        "now": now,
        "clinical": opened.clinical,
        "history": history_of(opened.read, clinical=opened.clinical, now=now),
        "tier": tier_lines(opened.read),
        "attempts": _("%(n)s, not reached %(days)s") % {"n": found.attempts_count, "days": opened.row.unreached},
        "may_transfer": found.is_working and (opened.may_record or _may_manage(request, found)),
        "may_resume": _may_resume(request, found),
        "may_end": may_end(request.actor, found.run),
        "may_file": may_stand_in(request.actor, found),
        "may_take_back": taking_back.may_take_back(request.actor, found),
        "may_undo_review": taking_back.may_undo_review(request.actor, found),
        "may_change_tier": bool(found.run.encounter_id) and _may_change_tier(request),
    }
    return render(request, "followups/order.html", context)


@requires("followups.supervise", "followups.quality")
@require_POST
def file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """File a result in place of the centre's only reviewer, who sent it."""
    found = visible_order(request, public_id)
    try:
        reviews.file_result(order=found, actor=request.actor, now=timezone.now())
    except FollowUpError as refusal:
        toasts.say(request, str(refusal), late=True)
    else:
        toasts.say(request, _("Filed."))
    return redirect("followups:order", found.public_id)


@requires(*READERS)
@require_safe
def explain(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Why this tier: the rules that fired with their inputs, and the facts not known; where clinical text is read."""
    found, now = visible_order(request, public_id), timezone.now()
    clinical = reads_clinical(found, actor=request.actor, today=today(now=now))
    tier = tier_lines(read_together(**tier_lists(found)))
    context = {"order": found, "tier": tier, "clinical": clinical, "now": now}
    return render(request, "followups/explain.html", context)


def _beside(found: FollowUpOrder) -> dict[str, Few]:
    return history_lists(found) | tier_lists(found)


def tier_lists(found: FollowUpOrder) -> dict[str, Few]:
    """What the decision on the stay of this order is read from; nothing for runs without a stay."""
    return tiers.explained_lists(found.run.encounter_id) if found.run.encounter_id else {}


def tier_lines(read: Mapping[str, list[Any]]) -> dict[str, Any] | None:
    """The current decision on the stay, out of what `tier_lists` brought; None for runs without a stay."""
    if not read.get("decisions"):
        return None
    current = read["decisions"][0]
    fired, unknown = tiers.explain(current, read["rules"])
    return {"current": current, "fired": fired, "unknown": unknown}


def _may_manage(request: HttpRequest, found: FollowUpOrder) -> bool:
    return any(request.actor.can(name) for name in MANAGE) and manageable(request.actor).filter(pk=found.pk).exists()


def _may_resume(request: HttpRequest, found: FollowUpOrder) -> bool:
    """What waits for a death to be decided does not go on by a word about the stay."""
    is_in_doubt = found.patient.death_in_doubt_since is not None
    return found.run.state == FollowUpRun.State.SUSPENDED and not is_in_doubt and may_resume(request.actor)


def _may_change_tier(request: HttpRequest) -> bool:
    return request.actor.can("followups.raise_tier") or request.actor.can("followups.lower_tier")


@requires("followups.raise_tier", "followups.lower_tier")
@require_http_methods(["GET", "HEAD", "POST"])
def change_tier(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Raised by anyone clinical, lowered by a physician, always with the reason."""
    found = visible_order(request, public_id)
    here = reverse("followups:order", args=[found.public_id])
    if found.run.encounter is None:
        return redirect(here)
    form = TierForm(request.POST or None, initial={"tier": found.tier})
    if request.method == "POST" and form.is_valid():
        try:
            stay, wanted = found.run.encounter, form.cleaned_data
            now_in = tiers.set_tier(encounter=stay, actor=request.actor, now=timezone.now(), **wanted).tier
        except FollowUpError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.say(request, _tier_words(found.run, holds=now_in == wanted["tier"]) % {"tier": now_in})
            return redirect(_order_or_person(request, found))
    context = {"form": form, "order": found, "row": _row(request, found), "cancel_url": here}
    return render(request, "followups/tier.html", context, status=422 if form.errors else 200)


def _tier_words(run: FollowUpRun, *, holds: bool) -> str:
    """What came of the tier that was set."""
    run.refresh_from_db(fields=["state"])
    if run.state == FollowUpRun.State.CLOSED:
        return _("Tier %(tier)s from now on. No step of it is left: the follow-up of this stay has ended.")
    return _("Tier %(tier)s set.") if holds else _("The rules say %(tier)s by now, and that holds.")


def _order_or_person(request: HttpRequest, found: FollowUpOrder) -> str:
    """Another tier may have put other orders in the place of this one; its page stays, marked void."""
    return reverse("followups:order", args=[found.public_id])


def _row(request: HttpRequest, found: FollowUpOrder) -> rows.Row:
    return rows.row_of(found, actor=request.actor, now=timezone.now())


@requires(*READERS)
@require_safe
def print_record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The printed follow-up record (随访记录单): one sheet, masked, logged as printed."""
    found, now = visible_order(request, public_id, log=False), timezone.now()
    clinical = may_read_clinical(request.actor, found.patient)
    log_access(request.actor, "print", [found.patient_id], purpose="followups.record", page="followups:print")
    encounter = found.run.encounter
    attempts = Attempt.objects.filter(order=found).select_related("staff", "contact_point") if clinical else []
    context = {
        "order": found,
        "row": rows.row_of(found, actor=request.actor, now=now, clinical=clinical),
        "encounter": encounter,
        "clinical": clinical,
        "number": mask_number(found.patient.mrn or (encounter.visit_number if encounter else "")),
        "procedures": Procedure.objects.filter(encounter=encounter)[:3] if encounter and clinical else [],
        "attempts": attempts,
        "record_number": f"SF-{found.due_on:%Y%m%d}-{found.pk:06d}",
        "heard": found.dissatisfactions.select_related("owner").all() if clinical else [],
        "following": _following(found),
        "now": now,
        "purpose": _("filing"),
        "printed_by": request.actor.staff.name,
    }
    return render(request, "followups/print_record.html", context)


def _following(found: FollowUpOrder) -> FollowUpOrder | None:
    later = FollowUpOrder.objects.working().filter(run_id=found.run_id, due_on__gt=found.due_on)
    return later.select_related("step").order_by("due_on").first()
