"""The card on a person's page: units, and what they give today."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import log_part
from accounts.calendar import today
from groups.domain.benefits import benefits_for
from groups.models import GroupMember
from patients.models import Patient


@requires("patients.view")
@require_GET
def benefits(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Units the person belongs to, and the benefits of today with their reason."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = get_visible_or_404(Patient, actor, public_id=public_id)
    log_part(actor, "view", patient.pk, page="panel-benefits")
    now = timezone.now()
    memberships = GroupMember.objects.on(today(now=now)).filter(patient=patient).select_related("group__owner")
    context = {
        "memberships": list(memberships.order_by("-id")),
        "benefits": benefits_for(patient, on=today(now=now)),
        "may_open": actor.can("groups.view"),
        "now": now,
    }
    return TemplateResponse(request, "groups/panel.html", context)
