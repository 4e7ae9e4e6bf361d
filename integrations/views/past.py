"""Stays of an old list planned all the same: asked with their count, done by the queue."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import get_visible_or_404, requires
from hospital_crm.shell.acting import act_page
from hospital_crm.shell.wording import number
from integrations.domain import past
from integrations.domain.errors import ImportRefused
from integrations.models import ImportBatch


@requires("integrations.import")
@require_http_methods(["GET", "POST"])
def plan_past(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks with the number of stays (GET), then asks the planner (POST)."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(ImportBatch, actor, public_id=public_id)
    n = past.stays_too_old(found).count()
    words = ngettext("Plan %(n)s stay all the same", "Plan %(n)s stays all the same", n) % {"n": number(n)}
    return act_page(
        request,
        None,
        lambda said: past.plan_past(found, actor=actor),
        refusals=ImportRefused,
        title=_("Plan the old stays"),
        text=_("Every step becomes an order at once, those that are over as late ones. Assignees see them today."),
        action=words,
        done=lambda stays: (
            ngettext("%(n)s stay is being planned.", "%(n)s stays are being planned.", stays) % {"n": number(stays)}
        ),
        back=reverse("integrations:batch", args=[found.public_id]),
        danger=True,
    )
