"""What both wizards share: taking an uploaded file in, the steps, and a list in one line."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from hospital_crm.shell.wording import number
from integrations.domain import batches
from integrations.forms import UploadForm
from integrations.models import ImportBatch
from integrations.readers.tabular.errors import UnreadableFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NEXT = {ImportBatch.Kind.DISCHARGES: "integrations:batch", ImportBatch.Kind.STAFF: "integrations:staff-check"}


def take_in(request: HttpRequest, kind: ImportBatch.Kind) -> HttpResponse:
    """The page of the first step, and the file it sends: recognised and kept, or refused with its reason."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_NEXT[kind], _taken_in(request, form, kind).public_id)
        except UnreadableFile as refusal:
            form.add_error("file", str(refusal))
    context = {"form": form, "steps": steps(1), "is_staff": kind == ImportBatch.Kind.STAFF}
    return TemplateResponse(request, "integrations/upload.html", context, status=422 if form.errors else 200)


def _taken_in(request: HttpRequest, form: UploadForm, kind: ImportBatch.Kind) -> ImportBatch:
    """A staff sheet has no step in which its columns are chosen, so they must be right at once."""
    sent = form.cleaned_data["file"]
    actor = request.actor  # type: ignore[attr-defined]
    batch = batches.take_in(
        sent.chunks(), size=sent.size, file_name=sent.name, kind=kind, actor=actor, now=timezone.now()
    )
    if kind == ImportBatch.Kind.STAFF:
        batches.check_columns(batch, batch.mapping)
    return batch


def steps(current: int) -> list[dict[str, Any]]:
    """The five steps with what is done and where we are."""
    names = (_("Upload"), _("Match columns"), _("Preview"), _("Import"), _("Result"))
    return [{"number": n, "name": name, "done": n < current, "now": n == current} for n, name in enumerate(names, 1)]


def describe(found: ImportBatch) -> str:
    """File, format, encoding and rows in one line."""
    formats = {"text": _("tab text") if found.separator == "\t" else _("CSV text"), "html": _("web page")}
    encoding = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB18030", "cp950": "Big5"}
    name = encoding.get(found.encoding, found.encoding.upper())
    parts = [
        found.file_name,
        formats.get(found.format, found.format),
        name,
        _("%(n)s rows") % {"n": number(found.rows)},
    ]
    return _(", ").join(part for part in parts if part)
