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
from hospital_crm.shell.acting import act_page
from hospital_crm.shell.toasts import say
from patients.domain import binning, masking
from patients.list_forms import BinForm
from patients.views.person import visible_person

SHOWN = 100


@requires("patients.edit")
@require_http_methods(["GET", "POST"])
def put_in_bin(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks why the record was a mistake; then it lies in the bin."""
    patient, actor = visible_person(request, public_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        BinForm(request.POST if request.method == "POST" else None),
        lambda said: binning.put_in_bin(patient, reason=said["reason"], actor=actor, now=timezone.now()),
        refusals=binning.BinError,
        title=_("Put this record in the bin"),
        action=_("Put in the bin"),
        done=_("The record lies in the bin for 30 days."),
        back=reverse("patients:detail", args=[patient.public_id]),
        text=_("It disappears from lists, search and work. For 30 days it can be put back; then it is gone for good."),
        note=masking.mask_name(patient.name),
        danger=True,
        landing=lambda entry: reverse("patients:list"),
        undo_url=reverse("patients:put-back", args=[patient.public_id]),
    )


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
