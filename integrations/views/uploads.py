"""What the pages of all kinds of lists share: taking an uploaded file in, the steps, and a list in one line."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from hospital_crm.shell.toasts import say
from hospital_crm.shell.wording import number
from integrations.domain import batches
from integrations.domain.errors import ImportRefused
from integrations.domain.kinds import ListKind
from integrations.domain.modes import BOTH, MODES, mode_of
from integrations.forms import ColumnsForm, UploadForm
from integrations.models import ImportBatch
from integrations.readers.tabular.errors import UnreadableFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def take_in(
    request: HttpRequest,
    kind: ListKind,
    form: UploadForm,
    *,
    asked: Mapping[str, Any] | None = None,
    back: str,
    about: str = "",
) -> HttpResponse:
    """The page of the first step, and the file it sends: recognised and kept, or refused with its reason. `asked`: what
    the kind wants to know beside the file; `about`: whom or what the list is about.
    """
    if request.method == "POST" and form.is_valid():
        try:
            batch = _taken_in(request, form, kind, asked or {})
            return redirect("integrations:batch", batch.public_id)
        except UnreadableFile as refusal:
            form.add_error("file", str(refusal))
    context = {"form": form, "steps": steps(1), "kind": kind, "back": back, "about": about}
    return TemplateResponse(request, "integrations/upload.html", context, status=422 if form.errors else 200)


def _taken_in(request: HttpRequest, form: UploadForm, kind: ListKind, asked: Mapping[str, Any]) -> ImportBatch:
    sent = form.cleaned_data["file"]
    actor = request.actor  # type: ignore[attr-defined]
    return batches.take_in(
        sent.chunks(),
        size=sent.size,
        file_name=sent.name,
        kind=kind.code,
        actor=actor,
        now=timezone.now(),
        asked={**asked, "options": form.options},
    )


def ask(request: HttpRequest, act: Callable[..., Any], found: ImportBatch, **given: Any) -> bool:
    """Does the act for who asks; a refusal is said on the next page. Answers whether it was done."""
    try:
        act(found, actor=request.actor, **given)  # type: ignore[attr-defined]
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
        return False
    return True


def pairs(found: ImportBatch, form: ColumnsForm) -> list[dict[str, Any]]:
    """Each column with its field of the form, and whether a person is asked to look at it."""
    return [
        {"header": header, "field": form[f"c{column}"], "is_doubtful": str(column) in found.doubtful}
        for column, header in enumerate(found.columns)
        if header
    ]


def as_file(found: ImportBatch, content: bytes) -> HttpResponse:
    """The rows left out, to be kept by the browser."""
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="left-out-{found.pk}.xlsx"'
    return answer


def steps(current: int) -> list[dict[str, Any]]:
    """The five steps with what is done and where we are."""
    names = (_("Upload"), _("Match columns"), _("Preview"), _("Import"), _("Result"))
    return [{"number": n, "name": name, "done": n < current, "now": n == current} for n, name in enumerate(names, 1)]


def describe(found: ImportBatch) -> str:
    """File, format, encoding, rows and what it may do in one line."""
    formats = {"text": _("tab text") if found.separator == "\t" else _("CSV text"), "html": _("web page")}
    encoding = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB18030", "cp950": "Big5"}
    name = encoding.get(found.encoding, found.encoding.upper())
    parts = [
        found.file_name,
        formats.get(found.format, found.format),
        name,
        _("%(n)s rows") % {"n": number(found.rows)},
    ]
    if mode_of(found) != BOTH:
        parts.append(str(MODES[mode_of(found)]))
    return _(", ").join(part for part in parts if part)
