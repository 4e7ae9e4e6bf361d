"""The wizard's steps for a staff sheet: departments, wards, people and roles.

The importer sees user names, never passwords: the hospital's administrator hands those out.
"""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from hospital_crm.shell.toasts import say
from integrations.domain import batches
from integrations.domain.errors import ImportRefused
from integrations.domain.kinds import kind_named, kind_of
from integrations.domain.staff_sheets import bring_sheet, first_rows, left_out_of
from integrations.forms import ColumnsForm, UploadForm
from integrations.models import ImportBatch
from integrations.readers.tabular.errors import UnreadableFile
from integrations.views.uploads import as_file, ask, describe, pairs, steps, take_in


@requires("integrations.import_staff")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Step 1: take a sheet in."""
    form = UploadForm(request.POST or None, request.FILES or None)
    return take_in(request, kind_named(ImportBatch.Kind.STAFF), form, back=reverse("integrations:list"))


@requires("integrations.import_staff")
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Step 2: what the columns mean; a sheet without names or roles goes no further."""
    batch = _visible(request, public_id)
    if batch.state != ImportBatch.State.UPLOADED:
        return redirect("integrations:list")
    form = ColumnsForm(request.POST or None, batch=batch, fields=kind_of(batch).fields)
    if request.method == "POST" and form.is_valid():
        try:
            batches.name_columns(batch, form.mapping)
            return redirect("integrations:staff-check", batch.public_id)
        except (UnreadableFile, ImportRefused) as refusal:
            form.add_error(None, str(refusal))
    context = {**_shared(batch, 2), "form": form, "pairs": pairs(batch, form)}
    return TemplateResponse(request, "integrations/columns.html", context, status=422 if form.errors else 200)


@requires("integrations.import_staff")
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Step 3: what the sheet would do (GET), and doing it (POST). Doing it twice changes nothing."""
    actor = request.actor  # type: ignore[attr-defined]
    batch = _visible(request, public_id)
    if request.method == "GET":
        return _tried(request, batch)
    try:
        batches.start_sheet(batch, now=timezone.now())
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
        return redirect("integrations:list")
    outcome = bring_sheet(batch, actor=actor, dry_run=False)
    batches.finish_sheet(batch, now=timezone.now())
    context = {**_shared(batch, 5), "outcome": outcome, "done": True}
    return TemplateResponse(request, "integrations/staff.html", context)


def _tried(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """The dry run of a sheet that is not in."""
    if batch.state != ImportBatch.State.UPLOADED:
        return redirect("integrations:list")
    try:
        batches.check_columns(batch, batch.mapping)
    except UnreadableFile:
        return redirect("integrations:staff-columns", batch.public_id)
    outcome = bring_sheet(batch, actor=request.actor, dry_run=True)  # type: ignore[attr-defined]
    heads, rows = first_rows(batch, outcome)
    context = {**_shared(batch, 3), "outcome": outcome, "heads": heads, "rows": rows}
    return TemplateResponse(request, "integrations/staff.html", context)


@requires("integrations.import_staff")
@require_GET
def left_out(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The rows left out with the reason, to mend and upload again."""
    batch = _visible(request, public_id)
    if not batch.stored_as:
        say(request, _("The uploaded list has been deleted, so its rows can no longer be written out."), late=True)
        return redirect("integrations:list")
    return as_file(batch, left_out_of(batch, actor=request.actor))  # type: ignore[attr-defined]


@requires("integrations.import_staff")
@require_POST
def discard(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Throw the sheet away before anything of it is in."""
    if ask(request, batches.discard, _visible(request, public_id)):
        say(request, _("List discarded."))
    return redirect("integrations:list")


def _visible(request: HttpRequest, public_id: uuid.UUID) -> ImportBatch:
    rows = ImportBatch.objects.filter(kind=ImportBatch.Kind.STAFF)
    return get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]


def _shared(batch: ImportBatch, step: int) -> dict[str, Any]:
    return {
        "batch": batch,
        "kind": kind_of(batch),
        "facts": describe(batch),
        "steps": steps(step),
        "discard_url": reverse("integrations:staff-discard", args=[batch.public_id]),
    }
