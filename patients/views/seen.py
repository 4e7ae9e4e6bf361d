"""Who opened a record: all of it, page after page."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import trail_words
from accounts.access import requires
from accounts.models import Role
from hospital_crm.shell import paging
from hospital_crm.tenancy.counts import capped_count
from patients.domain import seen as openings
from patients.domain.masking import mask_name
from patients.views.person import visible_person


@requires("patients.care")
@require_GET
def seen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every opening of the record and of one united with it, the latest first: who, in which role, what, for what."""
    patient = visible_person(request, public_id)
    page = openings.page_of(patient, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    names = openings.names_of(row.staff_id for row in page.rows)
    roles = {role.code: role.display_name for role in Role.objects.all()}
    context = {
        "patient": patient,
        "name": mask_name(patient.name),
        "now": timezone.now(),
        "rows": [
            {
                "at": row.at,
                "who": names.get(row.staff_id or 0, "—"),
                "role": roles.get(row.role_code, row.role_code),
                "what": openings.KINDS[row.kind],
                "field": trail_words.value_words("field", row.field.partition("-")[0]),
                "purpose": trail_words.value_words("purpose", row.purpose),
            }
            for row in page.rows
        ],
        "count": capped_count(openings.openings(patient)),
        **paging.page_urls(request, page),
    }
    return TemplateResponse(request, "patients/seen.html", context)
