"""The same wizard for a staff sheet: departments, wards, people and roles.

The importer sees user names, never passwords: the hospital's administrator hands those out.
"""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import get_visible_or_404, requires
from hospital_crm.shell.toasts import say
from integrations.domain import batches
from integrations.domain.errors import ImportRefused
from integrations.domain.kinds import kind_named
from integrations.domain.staff_sheets import bring_sheet
from integrations.forms import UploadForm
from integrations.models import ImportBatch
from integrations.views.uploads import describe, steps, take_in


@requires("integrations.import_staff")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a sheet in; a sheet without names or roles is refused."""
    form = UploadForm(request.POST or None, request.FILES or None)
    return take_in(request, kind_named(ImportBatch.Kind.STAFF), form, back=reverse("integrations:list"))


@requires("integrations.import_staff")
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the sheet would do (GET), and doing it (POST). Doing it twice changes nothing."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = ImportBatch.objects.filter(kind=ImportBatch.Kind.STAFF)
    batch = get_visible_or_404(rows, actor, public_id=public_id)
    context = {"batch": batch, "facts": describe(batch), "steps": steps(3)}
    if request.method == "GET":
        if batch.state == ImportBatch.State.DONE:
            return redirect("integrations:list")
        context["outcome"] = bring_sheet(batch, actor=actor, dry_run=True)
        return TemplateResponse(request, "integrations/staff.html", context)
    try:
        batches.start_sheet(batch, now=timezone.now())
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
        return redirect("integrations:list")
    outcome = bring_sheet(batch, actor=actor, dry_run=False)
    batches.finish_sheet(batch, now=timezone.now())
    context |= {"outcome": outcome, "done": True, "steps": steps(5)}
    return TemplateResponse(request, "integrations/staff.html", context)
