"""Writing a result and keeping its draft: one domain call each, then on to the next order."""

import contextlib
import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.actors import Actor
from accounts.calendar import today as hospital_today
from followups.domain import numbers, refusals, worklists
from followups.domain.dissatisfactions import Complaint
from followups.domain.errors import FollowUpError
from followups.domain.execution import Result, record_attempt, save_draft
from followups.domain.execution import start as take_up
from followups.domain.next_call import NextCall, following
from followups.forms import AskedAgain, DraftForm, ResultForm
from followups.models import FollowUpOrder
from followups.views import mine, workbench
from followups.views.history import history_lists
from followups.views.kept import kept_of, nothing_saved, standing_words
from followups.views.open_order import OpenOrder, open_order
from followups.views.orders import READERS, visible_order
from hospital_crm.shell import toasts, wording
from hospital_crm.shell.wording import local
from patients.domain.life import DeathDayImpossible, LifeError
from patients.models import Relation


@requires("followups.complete")
@require_POST
def record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One attempt with its outcome. What is refused comes back with the input; what was sent twice is one attempt."""
    found, now = visible_order(request, public_id, log=False), timezone.now()
    form = ResultForm(request.POST)
    if not form.is_valid():
        return _again(request, found, form, now)
    try:
        _record(request, found, form.cleaned_data, now)
    except refusals.CHANGED_MEANWHILE as refusal:
        return _again(request, visible_order(request, public_id, log=False), form, now, changed=refusal)
    except (FollowUpError, LifeError) as refusal:
        form.add_error(_field_of(refusal), str(refusal))
        return _again(request, found, form, now)
    words = _("Recorded: %(outcome)s.") % {
        "outcome": dict(form.fields["outcome"].choices)[form.cleaned_data["outcome"]]
    }
    after = _next_after(request, found, now)
    _take_up(request, after.order, now)
    words = words if after.order else f"{words} {_nobody(after)}"
    toasts.say(request, words, draft=str(found.public_id))
    return redirect(_address(request, after.order))


def _nobody(after: NextCall) -> str:
    """That nobody is to be called now: of the whole list, or of those that were looked at."""
    if after.is_whole:
        return _("Nobody else of this list is to be called now.")
    return _("None of the next %(n)s steps of this list may be called now.") % {"n": wording.number(after.looked_at)}


@requires("followups.complete")
@require_POST
def start(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a call of the pool in hand; then its numbers are shown. A colleague who was quicker is named."""
    found = visible_order(request, public_id, log=False)
    try:
        take_up(order=found, actor=request.actor, now=timezone.now())
    except FollowUpError as refusal:
        toasts.say(request, str(refusal), late=True)
    return redirect(_address(request, found))


def _field_of(refusal: Exception) -> str | None:
    """The field a refusal stands beside; those about the whole result stand above it."""
    return next((field for kind, field in _FIELDS.items() if isinstance(refusal, kind)), None)


_FIELDS: dict[type[Exception], str] = {
    refusals.FindingUntold: "note",
    refusals.AgreedTimeMissing: "agreed_at",
    refusals.AgreedTimeTooFar: "agreed_at",
    refusals.AgreedTimeOutsideHours: "agreed_at",
    refusals.NumberNotNamed: "contact_point",
    refusals.NoSuchNumber: "contact_point",
    refusals.DeathBeforeDischarge: "deceased_on",
    DeathDayImpossible: "deceased_on",
    refusals.LateReasonMissing: "late_reason",
    refusals.SatisfactionMissing: "satisfaction",
    refusals.CauseMissing: "dissatisfaction_cause",
}


def _take_up(request: HttpRequest, after: FollowUpOrder | None, now: dt.datetime) -> None:
    """The next order of the pool is in hand at once; one that a colleague took meanwhile says so on its page."""
    if after is not None and after.assignee_id is None:
        with contextlib.suppress(FollowUpError):
            take_up(order=after, actor=request.actor, now=now)


def _record(request: HttpRequest, found: FollowUpOrder, data: dict[str, Any], now: dt.datetime) -> None:
    """The form's values in the domain's words."""
    cause = data["dissatisfaction_cause"]
    result = Result(
        outcome=data["outcome"],
        note=data["note"],
        next_step=data["next_step"],
        has_finding=data["has_finding"],
        agreed_at=data["agreed_at"],
        late_reason=data["late_reason"],
        second_call=data["second_call"],
        satisfaction=data["satisfaction"],
        **_number_called(found, data["contact_point"], now),
        deceased_on=data["deceased_on"],
        asked=AskedAgain.read(request.POST),
        complaint=Complaint(cause, data["dissatisfaction_text"], data["dissatisfaction_handling"]) if cause else None,
    )
    key, version = data["idempotency_key"], data["version"]
    record_attempt(order=found, result=result, actor=request.actor, key=key, version=version, now=now)


def _number_called(found: FollowUpOrder, name: str, now: dt.datetime) -> dict[str, Any]:
    """The number that was chosen: one that the person holds, or `r` and the relation beside which it is written."""
    if not name:
        return {}
    kind, rows = "contact_point", numbers.held(found.patient_id, hospital_today(now=now))
    if name.startswith("r"):
        kind, rows = "relation", Relation.objects.filter(patient_id=found.patient_id)
    named = rows.filter(pk=int(name.removeprefix("r"))).first()
    if named is None:
        raise refusals.NoSuchNumber
    return {kind: named}


def _again(
    request: HttpRequest, found: FollowUpOrder, form: ResultForm, now: dt.datetime, changed: FollowUpError | None = None
) -> HttpResponse:
    """The same form with what was wrong; after a conflict with the order as it stands, and the input kept."""
    from_bench = _is_from_bench(request)
    page = "followups:workbench" if from_bench else "followups:result"
    opened = open_order(found, actor=request.actor, now=now, page=page, beside=history_lists)
    for one in opened.unsettled:
        one.answer = request.POST.get(f"{AskedAgain.PREFIX}{one.public_id}", "")
    if changed or not opened.may_record:
        _tell_change(opened, form, changed, request.actor, now)
    if changed:
        form.data = {**form.data.dict(), "version": str(found.version)}
    status = 409 if changed else 422
    if from_bench:
        request.list_url = reverse("followups:workbench")  # type: ignore[attr-defined]
        return workbench.bench(request, now, opened, form, status=status)
    return mine.sheet(request, now, opened, form, status=status)


def _tell_change(
    opened: OpenOrder, form: ResultForm, changed: FollowUpError | None, actor: Actor, now: dt.datetime
) -> None:
    """Who did what meanwhile; and where the form can no longer be sent, what was written in it."""
    standing = standing_words(opened.order, opened.read, clinical=opened.clinical, now=now)
    if opened.may_record:
        opened.conflict = f"{changed} {standing}"
        return
    opened.kept = kept_of(form, order=opened.order, actor=actor)
    opened.conflict = nothing_saved(standing)


def _next_after(request: HttpRequest, found: FollowUpOrder, now: dt.datetime) -> NextCall:
    """The order that opens after this one, of the list it was opened from."""
    actor, today = request.actor, hospital_today(now=now)
    if _is_from_bench(request):
        name, listed = workbench.chip_of(request), worklists.workbench(actor, today=today)
    else:
        name, listed = mine.list_of(request) or "open", worklists.mine(actor, today=today)
    return following(found, among=listed.rows(name), key=worklists.order_of(name), actor=actor, now=now)


def _is_from_bench(request: HttpRequest) -> bool:
    return request.POST.get("origin") == "workbench"


def _address(request: HttpRequest, order: FollowUpOrder | None) -> str:
    """Where the order is written, or the list where there is none; with the quick list that was chosen."""
    if _is_from_bench(request):
        path, chip = reverse("followups:workbench"), workbench.chip_of(request)
        known = {"list": chip if chip != "all" else "", "order": str(order.public_id) if order else ""}
    else:
        path = reverse("followups:result", args=[order.public_id]) if order else reverse("followups:mine")
        known = {"list": mine.list_of(request)}
    query = urlencode({name: value for name, value in known.items() if value})
    return f"{path}?{query}" if query else path


@requires("followups.complete")
@require_POST
def draft(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What has been written so far. 409: the order is no longer this person's to work on."""
    found, now = visible_order(request, public_id, log=False), timezone.now()
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({}, status=422)
    try:
        save_draft(order=found, draft=form.cleaned_data, actor=request.actor, now=now)
    except FollowUpError:
        return JsonResponse({}, status=409)
    return JsonResponse({"saved_at": f"{local(now):%H:%M}"})


@requires(*READERS)
@require_POST
def kept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a browser has kept of a result that can no longer be written, in words, to be read and copied; nothing of it
    is stored here. 204 where nothing was written.
    """
    found = visible_order(request, public_id)
    words = kept_of(ResultForm(request.POST), order=found, actor=request.actor)
    if words is None:
        return HttpResponse(status=204)
    return render(request, "followups/kept.html", {"kept": words})
