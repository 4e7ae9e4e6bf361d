"""The first page of follow-up for the active role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import requires
from followups.views.orders import READERS


@requires(*READERS)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The list the role works from."""
    actor = request.actor
    if actor.can("followups.quality") and not actor.can("followups.work"):
        return redirect("followups:quality")
    if actor.can("followups.supervise"):
        return redirect("followups:board")
    if actor.sees == "all" and actor.can("followups.complete"):
        return redirect("followups:workbench")
    return redirect("followups:mine")
