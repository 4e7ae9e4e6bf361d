"""The page of what a person allowed, refused or took back: every decision with its proof, and the form of one more."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import requires
from accounts.actors import Actor
from accounts.calendar import today
from hospital_crm.shell.toasts import say
from patients.consent_forms import ConsentForm
from patients.domain import masking
from patients.domain.consents import ConsentError, history_of, needs_guardian, record_consent
from patients.models import Consent, Patient
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
    form = ConsentForm(request.POST)
    if form.is_valid():
        try:
            record_consent(person=patient, actor=actor, now=timezone.now(), **form.cleaned_data)
        except ConsentError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Decision recorded."))
            return redirect("patients:consents", patient.public_id)
    return _page(request, patient, form)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _beginning() -> dict[str, str]:
    return {"channel": Consent.Channel.ANY, "language": translation.get_language() or ""}


def _page(request: HttpRequest, patient: Patient, form: ConsentForm) -> HttpResponse:
    now = timezone.now()
    rows = list(history_of(patient)[:_MOST])
    context = {
        "patient": patient,
        "name": masking.mask_name(patient.name),
        "back": reverse("patients:detail", args=[patient.public_id]),
        "now": now,
        "decisions": [(row, masking.mask_name(row.guardian_name)) for row in rows],
        "form": form if _actor(request).can("patients.edit") else None,
        "needs_guardian": needs_guardian(patient, day=today(now=now)),
    }
    return TemplateResponse(request, "patients/consents.html", context, status=422 if form.errors else 200)
