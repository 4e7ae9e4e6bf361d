"""The bin: putting a record made by mistake there, what lies in it, putting one back."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import NotVisible, requires
from accounts.audit import log_access
from hospital_crm.shell.toasts import say
from patients.domain import binning, masking
from patients.list_forms import BinForm
from patients.views.person import visible_person

SHOWN = 100


@requires("patients.edit")
@require_http_methods(["GET", "POST"])
def put_in_bin(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks why the record was a mistake; then it lies in the bin."""
    patient = visible_person(request, public_id)
    form = BinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            binning.put_in_bin(patient, reason=reason, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
        except binning.BinError as refusal:
            form.add_error(None, str(refusal))
        else:
            back = reverse("patients:put-back", args=[patient.public_id])
            say(request, _("The record lies in the bin for 30 days."), undo_url=back)
            return redirect("patients:list")
    context = {
        "form": form,
        "patient": patient,
        "note": masking.mask_name(patient.name),
        "cancel_url": reverse("patients:detail", args=[patient.public_id]),
        "title": _("Put this record in the bin"),
        "text": _(
            "It disappears from lists, search and work. For 30 days it can be put back; then it is gone for good."
        ),
        "action": _("Put in the bin"),
        "danger": True,
    }
    return TemplateResponse(request, "act.html", context, status=422 if form.errors else 200)


@requires("patients.edit")
@require_GET
def bin_page(request: HttpRequest) -> HttpResponse:
    """What lies in the bin, masked; what goes first stands in front."""
    actor = request.actor  # type: ignore[attr-defined]
    entries = list(binning.in_bin(actor)[: SHOWN + 1])
    shown = entries[:SHOWN]
    log_access(actor, "list", [entry.patient_id for entry in shown], page="bin")
    rows = [{"entry": entry, "name": masking.mask_name(entry.patient.name)} for entry in shown]
    context = {"rows": rows, "is_cut": len(entries) > SHOWN, "now": timezone.now()}
    return TemplateResponse(request, "patients/bin.html", context)


@requires("patients.edit")
@require_POST
def put_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The record is what it was before."""
    actor = request.actor  # type: ignore[attr-defined]
    entry = binning.in_bin(actor).filter(patient__public_id=public_id).first()
    if entry is None:
        raise NotVisible("patients.binnedperson", str(public_id))
    try:
        patient = binning.put_back(entry, actor=actor)
    except binning.BinError as refusal:
        say(request, str(refusal), late=True)
        return redirect("patients:bin")
    say(request, _("The record is back."))
    return redirect("patients:detail", patient.public_id)
