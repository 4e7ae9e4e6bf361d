"""Forms: a new person, changes of the record, the station, and the facts of a stay."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.audit import log_access
from accounts.calendar import today
from hospital_crm.shell.toasts import say
from patients.domain import masking
from patients.domain.facts import known_facts, record_facts
from patients.domain.people import change_person, create_person, version_of
from patients.domain.reach import ErasedBefore, RecordError
from patients.domain.similar import similar_people
from patients.domain.stations import StationError, assign_station, current_assignment
from patients.domain.visibility import may_read_clinical
from patients.forms import FactsForm, PersonForm, StationForm
from patients.models import Encounter
from patients.record_forms import SimilarForm, offered
from patients.views.person import visible_person


@requires("patients.edit")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A person whom no feed has brought."""
    actor = request.actor  # type: ignore[attr-defined]
    form = PersonForm(request.POST or None, actor=actor, clinical=actor.can("patients.clinical"), today=today())
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            patient = create_person(values, phone=values["phone"], again=values.get("again", ""), actor=actor)
        except ErasedBefore as refusal:
            form.ask_why_again(str(refusal))
        except RecordError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Record made."))
            return redirect("patients:detail", patient.public_id)
    context = {"form": form, "back": reverse("patients:list")}
    return TemplateResponse(request, "patients/form.html", context, status=422 if form.errors else 200)


@requires("patients.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Changes what the hospital itself records; the mirror of the HIS stands beside it, read only."""
    actor = request.actor  # type: ignore[attr-defined]
    patient = visible_person(request, public_id)
    clinical = may_read_clinical(actor, patient)
    form = PersonForm(request.POST or None, instance=patient, actor=actor, clinical=clinical, today=today())
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        again, version = values.pop("again", ""), request.POST.get("version", "")
        try:
            changed = change_person(patient, values, actor=actor, version=version, again=again)
        except ErasedBefore as refusal:
            form.ask_why_again(str(refusal))
        except RecordError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, ngettext("%(n)s field changed.", "%(n)s fields changed.", len(changed)) % {"n": len(changed)})
            return redirect("patients:detail", patient.public_id)
    patient.refresh_from_db()
    context = {
        "form": form,
        "patient": patient,
        "version": version_of(patient),
        "name": masking.mask_name(patient.name),
        "record_number": masking.mask_number(patient.mrn),
        "back": reverse("patients:detail", args=[patient.public_id]),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "patients/form.html", context, status=422 if form.errors else 200)


@requires("patients.edit")
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """Who may be meant already while a new record is typed: masked, and never in the way."""
    actor = request.actor  # type: ignore[attr-defined]
    form = SimilarForm(request.POST)
    form.is_valid()
    found = similar_people(actor, **form.values())
    people = [{**offered(one.patient), "reasons": one.reasons} for one in found]
    return TemplateResponse(request, "patients/similar.html", {"people": people})


@requires("patients.edit")
@require_POST
def station(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The community station that looks after the person."""
    patient = visible_person(request, public_id, log=False)
    assigned = current_assignment(patient)
    form = StationForm(request.POST, chosen=assigned.station if assigned else None)
    if form.is_valid():
        try:
            made = assign_station(patient=patient, station=form.chosen(), actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
        except StationError as refusal:
            say(request, str(refusal), late=True)
        else:
            say(request, _("Assigned to %(station)s.") % {"station": made.station} if made else _("No station."))
    return redirect("patients:detail", patient.public_id)


@requires("patients.facts")
@require_http_methods(["GET", "POST"])
def facts(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The facts screen of a stay; saving re-tiers it at once."""
    actor = request.actor  # type: ignore[attr-defined]
    stays = Encounter.objects.valid().select_related("patient", "department", "attending")
    stay = get_visible_or_404(stays, actor, public_id=public_id)
    form = FactsForm(request.POST or None, known=known_facts(stay))
    if request.method == "POST" and form.is_valid():
        changed = record_facts(stay, form.answers(), actor=actor, now=timezone.now())
        words = ngettext("%(n)s fact saved; the tier follows.", "%(n)s facts saved; the tier follows.", len(changed))
        say(request, words % {"n": len(changed)} if changed else _("Nothing has changed."))
        return redirect("patients:detail", stay.patient.public_id)
    log_access(actor, "view", [stay.patient_id], page="facts")
    context = {
        "form": form,
        "stay": stay,
        "patient": stay.patient,
        "name": masking.mask_name(stay.patient.name),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "patients/facts.html", context, status=422 if form.errors else 200)
