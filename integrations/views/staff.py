"""The same wizard for a staff sheet: departments, wards, people and roles, with one-time passwords shown once."""

import json
import uuid

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.domain.staff import StaffOutcome
from hospital_crm.crypto import decrypt, encrypt
from hospital_crm.shell.toasts import say
from integrations.domain import batches
from integrations.domain.error_file import workbook
from integrations.domain.errors import ImportRefused
from integrations.domain.staff_sheets import bring_sheet
from integrations.forms import UploadForm
from integrations.models import ImportBatch
from integrations.readers.tabular.errors import UnreadableFile
from integrations.views.wizard import XLSX, describe, steps

KEPT_SECONDS = 900


@requires("integrations.import_staff")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a sheet in; a sheet without names or roles is refused."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            batch = batches.take_in(
                sent.chunks(),
                size=sent.size,
                file_name=sent.name,
                kind=ImportBatch.Kind.STAFF,
                actor=request.actor,  # type: ignore[attr-defined]
                now=timezone.now(),
            )
            batches.check_columns(batch, batch.mapping)
            return redirect("integrations:staff-check", batch.public_id)
        except UnreadableFile as refusal:
            form.add_error("file", str(refusal))
    context = {"form": form, "steps": steps(1), "is_staff": True}
    return TemplateResponse(request, "integrations/upload.html", context, status=422 if form.errors else 200)


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
    context |= {"outcome": outcome, "done": True, "steps": steps(5), "key": _kept(outcome, request)}
    return TemplateResponse(request, "integrations/staff.html", context)


@requires("integrations.import_staff")
@require_POST
def passwords(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The sheet with the one-time passwords, handed out once, to the one who brought the staff in."""
    place = _place(request, key)
    sealed = cache.get(place)
    if not sealed or not cache.delete(place):
        raise Http404
    rows = json.loads(decrypt(sealed))
    titles = [_("person's name"), _("staff number"), _("user name"), _("one-time password")]
    answer = HttpResponse(workbook(titles, rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="one-time-passwords.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


def _kept(outcome: StaffOutcome, request: HttpRequest) -> uuid.UUID | None:
    """Where the passwords wait for a quarter of an hour, sealed."""
    if not outcome.passwords:
        return None
    key = uuid.uuid4()
    rows = [[one.name, one.staff_number, one.username, one.password] for one in outcome.passwords]
    cache.set(_place(request, key), encrypt(json.dumps(rows)), KEPT_SECONDS)
    return key


def _place(request: HttpRequest, key: uuid.UUID) -> str:
    return f"integrations:passwords:{request.actor.staff.pk}:{key}"  # type: ignore[attr-defined]
