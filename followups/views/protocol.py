"""The published protocol as its readers see it: tiers and rules, steps, escalation, targets, in the reader's
language.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from followups.domain.protocol_reading import described
from followups.models import Protocol
from followups.views.orders import READERS


@requires("followups.protocols", *READERS)
@require_safe
def protocol(request: HttpRequest) -> HttpResponse:
    """Every published protocol; one hospital may have several, one per trigger."""
    published = Protocol.objects.published().prefetch_related("rules", "steps", "escalations", "targets")
    context = {"protocols": [described(one) for one in published], "now": timezone.now()}
    return render(request, "followups/protocol.html", context)
