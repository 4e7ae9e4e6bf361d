"""What the HIS said of one stay or visit: a mirror with its source and time, which nobody edits here."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import get_visible_or_404, requires
from accounts.audit import log_access
from patients.domain import masking
from patients.domain.codes import fill_names
from patients.domain.facts import facts_in_words
from patients.domain.field_rules import reader_of
from patients.models import Encounter


@requires("patients.care")
@require_GET
def stay(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One stay: where, who, when told; diagnoses, operations, medicines and instructions for those who may read
    clinical text.
    """
    actor = request.actor  # type: ignore[attr-defined]
    rows = Encounter.objects.select_related("patient", "department", "ward", "attending")
    row = get_visible_or_404(rows, actor, public_id=public_id)
    log_access(actor, "view", [row.patient_id], page="stay")
    reader = reader_of(actor, row.patient)
    context = {
        "stay": row,
        "patient": row.patient,
        "name": masking.mask_name(row.patient.name),
        "now": timezone.now(),
        "clinical": reader.sees("diagnosis"),
        "fees": row.fees if reader.sees("fees") else None,
        "may_tick": actor.can("patients.facts") and not row.is_cancelled,
    }
    if reader.sees("diagnosis"):
        diagnoses = list(row.diagnosis_lines.all())
        fill_names(diagnoses)
        fill_names([row], code="diagnosis_code", text="diagnosis_text")
        context |= {
            "diagnoses": diagnoses,
            "procedures": list(row.procedure_lines.all()),
            "medicines": list(row.medication_lines.all()),
            "findings": list(row.checkupfinding_lines.all()),
            "facts": facts_in_words(row),
        }
    return TemplateResponse(request, "patients/stay.html", context)
