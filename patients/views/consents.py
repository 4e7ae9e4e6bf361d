"""The page of what a person allowed, refused or took back: what holds, what waits, every decision with its proof."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today
from accounts.domain import public_links
from hospital_crm.private_files.serving import download
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.scope import required_hospital
from patients.consent_forms import ConsentForm, StopForm
from patients.domain import consent_evidence, granting, masking, preferences
from patients.domain.consents import (
    SEEN_BY_STAFF,
    ConsentError,
    current_consents,
    history_of,
    needs_guardian,
    record_consent,
    withdraw,
)
from patients.domain.wordings import present_wordings
from patients.models import AwaitedConsent, Consent, Patient
from patients.views.person import visible_person

_MOST = 200


@requires("patients.view")
@require_GET
def history(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every decision; with the form for who may change what is recorded of a person."""
    return _page(request, visible_person(request, public_id), ConsentForm(initial=_beginning()))


@requires("patients.edit")
@require_POST
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One more decision; the former ones stay. A refusal of the domain stands on the form."""
    patient, actor = visible_person(request, public_id), _actor(request)
    form = ConsentForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            words = _decided(patient, form.cleaned_data, actor)
        except ConsentError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, words)
            return redirect("patients:consents", patient.public_id)
    return _page(request, patient, form)


def _decided(patient: Patient, values: dict[str, Any], actor: Actor) -> str:
    """Records what the form says; answers what to tell: whether it counts, or what it waits for."""
    now, said = timezone.now(), dict(values)
    proof, decision = said.pop("proof"), said.pop("decision")
    if proof is not None:
        said["evidence"] = consent_evidence.keep(patient, proof, actor=actor, now=now).public_id
    if decision != Consent.Decision.GRANTED:
        record_consent(person=patient, decision=decision, actor=actor, now=now, **said)
        return _("Decision recorded.")
    awaited = granting.grant(person=patient, yes=granting.Yes(**said), now=now, actor=actor).awaited
    if awaited is None:
        return _("Decision recorded.")
    if awaited.waits_for == AwaitedConsent.WaitsFor.SECOND:
        return _("The person had said no. It counts once a second member of staff who heard it confirms it here.")
    return _("By e-mail it counts once the person has confirmed it by the link sent to the address.")


@requires("patients.care", "patients.edit")
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the person does not want (any more), from wherever it was heard; back to that page."""
    patient, actor = visible_person(request, public_id), _actor(request)
    back = _back_of(request, reverse("patients:consents", args=[public_id]))
    form = StopForm(request.POST or None, initial={"channel": Consent.Channel.ANY})
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(person=patient, actor=actor, now=timezone.now(), **form.cleaned_data)
        except ConsentError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Recorded. It counts at once."))
            return redirect(back)
    context = {"patient": patient, "name": masking.mask_name(patient.name), "form": form, "back": back}
    return TemplateResponse(request, "patients/consent_stop.html", context, status=422 if form.errors else 200)


@requires("patients.edit")
@require_POST
def heard(request: HttpRequest, public_id: uuid.UUID, key: int) -> HttpResponse:
    """A second member of staff says that the person said yes."""
    row, actor = _waiting(request, public_id, key), _actor(request)
    return _done_with(
        request, row, lambda: granting.heard_too(row, actor=actor, now=timezone.now()), _("Decision recorded.")
    )


@requires("patients.edit")
@require_POST
def give_up(request: HttpRequest, public_id: uuid.UUID, key: int) -> HttpResponse:
    """What waits was taken down by mistake."""
    row, actor = _waiting(request, public_id, key), _actor(request)
    done = _("It waits no more. Nothing was refused.")
    return _done_with(request, row, lambda: granting.give_up(row, actor=actor, now=timezone.now()), done)


def _waiting(request: HttpRequest, public_id: uuid.UUID, key: int) -> AwaitedConsent:
    row = AwaitedConsent.objects.filter(patient=visible_person(request, public_id), pk=key).first()
    if row is None:
        raise Http404
    return row


def _done_with(request: HttpRequest, row: AwaitedConsent, act: Callable[[], Any], words: str) -> HttpResponse:
    """Does it, or says why not, and back to the page of the person."""
    try:
        act()
    except ConsentError as refusal:
        say(request, str(refusal), late=True)
    else:
        say(request, words)
    return redirect("patients:consents", row.patient.public_id)


@requires("patients.edit")
@require_POST
def link(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The address of the person's own page, to be handed over or mailed; or all links of the person are closed.

    A link that staff have seen lifts no refusal: that takes one that was sent to the person.
    """
    patient, now = visible_person(request, public_id), timezone.now()
    if request.POST.get("act") == "close":
        public_links.close(preferences.KIND, [patient.pk], actor=_actor(request), now=now)
        say(request, _("The links open nothing any more."))
        return redirect("patients:consents", patient.public_id)
    if request.POST.get("act") == "send":
        return _send_link(request, patient)
    if preferences.is_reachable(patient):
        token = public_links.ensure(preferences.KIND, [patient.pk], extra=SEEN_BY_STAFF, now=now)
        address = public_links.address_of(required_hospital(), token[patient.pk])
        return _page(request, patient, ConsentForm(initial=_beginning()), address=address)
    say(request, _("Nobody decides for the dead or for an erased record."), late=True)
    return redirect("patients:consents", patient.public_id)


def _send_link(request: HttpRequest, patient: Patient) -> HttpResponse:
    try:
        preferences.send_link(patient, actor=_actor(request), now=timezone.now())
    except ConsentError as refusal:
        say(request, str(refusal), late=True)
    else:
        say(request, _("The link is on its way to the person's e-mail address."))
    return redirect("patients:consents", patient.public_id)


@requires("patients.view")
@require_GET
def evidence(request: HttpRequest, public_id: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """The signed sheet, to be saved; each time on record. Not there for who sees the person masked."""
    patient, actor = visible_person(request, public_id, log=False), _actor(request)
    row = consent_evidence.proof_of(patient, key) if consent_evidence.may_open(patient, actor) else None
    if row is None:
        raise Http404
    log_access(actor, "view", [patient.pk], field=f"consent-proof-{row.pk}", page="consent-evidence")
    return download(row)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _back_of(request: HttpRequest, fallback: str) -> str:
    """The page to return to; only one of this site."""
    wished = request.POST.get("back") or request.GET.get("back") or ""
    safe = url_has_allowed_host_and_scheme(wished, {request.get_host()}, require_https=request.is_secure())
    return wished if safe and wished.startswith("/") else fallback


def _beginning() -> dict[str, str]:
    return {"channel": Consent.Channel.ANY, "language": translation.get_language() or ""}


def _page(request: HttpRequest, patient: Patient, form: ConsentForm, *, address: str = "") -> HttpResponse:
    now, actor = timezone.now(), _actor(request)
    may_open, may_edit = consent_evidence.may_open(patient, actor), actor.can("patients.edit")
    kept = set(patient.consent_files.values_list("public_id", flat=True)) if may_open else set()
    texts = present_wordings(translation.get_language() or "")
    context = {
        "patient": patient,
        "name": masking.mask_name(patient.name),
        "back": reverse("patients:detail", args=[patient.public_id]),
        "now": now,
        "holding": current_consents(patient),
        "waiting": granting.waiting_of(patient, now),
        "decisions": [
            (row, masking.mask_name(row.guardian_name), row.evidence if row.evidence in kept else None)
            for row in history_of(patient)[:_MOST]
        ],
        "form": form if may_edit else None,
        "may_stop": may_edit or actor.can("patients.care"),
        "staff_id": actor.staff.pk,
        "address": address,
        "texts": [(Consent.Purpose(purpose).label, wording) for purpose, wording in texts.items()],
        "needs_guardian": needs_guardian(patient, day=today(now=now)),
    }
    return TemplateResponse(request, "patients/consents.html", context, status=422 if form.errors else 200)
