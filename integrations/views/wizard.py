"""The wizard of every kind of list: upload, columns, preview, import, result; the list's state picks the step."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.calendar import today
from accounts.domain.saved_views import EVERYTHING, VIEW
from accounts.views.list_state import with_views
from groups.models import GroupCustomer
from hospital_crm.shell import paging
from hospital_crm.shell.polling import how_far
from hospital_crm.shell.toasts import say
from hospital_crm.shell.wording import number
from integrations.domain import batches, brought_lists, undoing
from integrations.domain.error_file import error_file
from integrations.domain.errors import ImportRefused
from integrations.domain.figures import unchanged_rows
from integrations.domain.importing import progress_key
from integrations.domain.kinds import kind_named, kind_of
from integrations.domain.naming import unsettled_names
from integrations.domain.preview import preview_of
from integrations.domain.staff_sheets import staff_made
from integrations.filtered_lists import IMPORTS
from integrations.forms import ColumnsForm, KindFilter, RosterForm, UploadForm
from integrations.models import ImportBatch, ImportIssue
from integrations.readers.problems import REJECTED, SKIPPED
from integrations.readers.tabular.errors import UnreadableFile
from integrations.views.undo_words import undo_page
from integrations.views.uploads import as_file, ask, describe, pairs, steps, take_in

STATES = ImportBatch.State
STEP_OF = {
    STATES.UPLOADED: 2,
    STATES.CHECKING: 3,
    STATES.READY: 3,
    STATES.QUEUED: 4,
    STATES.RUNNING: 4,
    STATES.DONE: 5,
    STATES.FAILED: 5,
    STATES.DISCARDED: 5,
    STATES.PAUSED: 4,
    STATES.UNDOING: 5,
    STATES.UNDONE: 5,
}
REMARKS_SHOWN = 100
TABLES = (ImportBatch.Kind.DIAGNOSES, ImportBatch.Kind.DEPARTMENTS, ImportBatch.Kind.DIVISIONS)
# Who may be on these pages; whose list it is and what kind decides about each list.
IMPORTERS = ("integrations.import", "integrations.import_staff", "groups.edit")


@requires(*IMPORTERS)
@require_GET
@with_views(IMPORTS)
def batch_list(request: HttpRequest) -> HttpResponse:
    """The lists of the hospital, newest first; the address holds the chip and the kind."""
    actor = request.actor  # type: ignore[attr-defined]
    form = KindFilter(request.GET, kinds=brought_lists.kinds_seen(actor))
    kind, chip = form.chosen(), request.GET.get("list", "")
    chip = chip if chip in brought_lists.CHIPS else ""
    counts = brought_lists.counts(actor, kind)
    page = brought_lists.page(actor, chip, kind, **{name: request.GET.get(name, "") for name in ("after", "before")})
    context = {
        "tables": [kind_named(one) for one in TABLES] if actor.can("integrations.import") else [],
        "batches": page.rows,
        **paging.page_urls(request, page),
        "count": counts[chip],
        "chips": _chips(request, chip, counts),
        "form": form,
        "keep": [(name, request.GET[name]) for name in ("list", VIEW) if request.GET.get(name)],
        "reset": f"?{VIEW}={EVERYTHING}" if kind or chip else "",
        "now": timezone.now(),
    }
    return TemplateResponse(request, "integrations/batches.html", context)


def _chips(request: HttpRequest, chosen: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"?{paging.query(request, list=chip) or f'{VIEW}={EVERYTHING}'}",
            "count": counts[chip],
            "is_on": chip == chosen,
            "is_late": chip == "failed" and counts[chip] > 0,
        }
        for chip, label in brought_lists.CHIPS.items()
    ]


@requires("integrations.import")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Step 1 of a discharge list. An unreadable file is refused with its reason, and nothing of it is kept."""
    form = UploadForm(request.POST or None, request.FILES or None)
    return take_in(request, kind_named(ImportBatch.Kind.DISCHARGES), form, back=reverse("integrations:list"))


@requires("integrations.import")
@require_http_methods(["GET", "POST"])
def checkups(request: HttpRequest) -> HttpResponse:
    """Step 1 of a health-check list."""
    form = UploadForm(request.POST or None, request.FILES or None)
    return take_in(request, kind_named(ImportBatch.Kind.CHECKUPS), form, back=reverse("integrations:list"))


@requires("integrations.import")
@require_http_methods(["GET", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """Step 1 of a list of consents."""
    form = UploadForm(request.POST or None, request.FILES or None)
    return take_in(request, kind_named(ImportBatch.Kind.CONSENTS), form, back=reverse("integrations:list"))


@requires("integrations.import")
@require_http_methods(["GET", "POST"])
def table(request: HttpRequest, kind: str) -> HttpResponse:
    """Step 1 of a table of codes: diagnoses, departments or divisions."""
    if kind not in TABLES:
        raise Http404
    form = UploadForm(request.POST or None, request.FILES or None)
    return take_in(request, kind_named(kind), form, back=reverse("integrations:list"))


@requires(*IMPORTERS)
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Step 1 of a roster of a unit the actor may change; of any unit for whoever imports for the house."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.can("integrations.import"):
        unit = get_object_or_404(GroupCustomer, public_id=public_id)
    else:
        unit = get_visible_or_404(GroupCustomer, actor, public_id=public_id)
    form = RosterForm(request.POST or None, request.FILES or None)
    return take_in(
        request,
        kind_named(ImportBatch.Kind.ROSTER),
        form,
        asked={"group": unit},
        back=_back(actor, unit),
        about=unit.name,
    )


def _back(actor: Any, unit: GroupCustomer) -> str:
    """Where the list was asked for."""
    if actor.can("groups.view"):
        return reverse("groups:members", args=[unit.public_id])
    return reverse("integrations:list")


@requires(*IMPORTERS)
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Step 2: what the columns mean. Settling them starts the dry run."""
    batch = _visible(request, public_id)
    if batch.state not in ImportBatch.BEFORE_IMPORT:
        return redirect("integrations:batch", batch.public_id)
    form = ColumnsForm(request.POST or None, batch=batch, fields=kind_of(batch).fields)
    if request.method == "POST" and form.is_valid():
        try:
            batches.choose_columns(batch, form.mapping, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
            return redirect("integrations:batch", batch.public_id)
        except (UnreadableFile, ImportRefused) as refusal:
            form.add_error(None, str(refusal))
    context = {
        **_shared(batch, 2),
        "form": form,
        "pairs": pairs(batch, form),
        "discard_url": reverse("integrations:discard", args=[batch.public_id]),
    }
    return TemplateResponse(request, "integrations/columns.html", context, status=422 if form.errors else 200)


@requires(*IMPORTERS)
@require_GET
def batch(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The step the list is in."""
    found = _visible(request, public_id)
    if found.state == STATES.UPLOADED:
        return redirect("integrations:columns", found.public_id)
    context = _shared(found, STEP_OF[STATES(found.state)])
    if found.state == STATES.READY:
        context["preview"] = preview_of(found, today(), clinical=request.actor.can("patients.clinical"))  # type: ignore[attr-defined]
        return TemplateResponse(request, "integrations/preview.html", context)
    if found.is_worked_on:
        return TemplateResponse(request, "integrations/running.html", {**context, **_progress(found)})
    return TemplateResponse(request, "integrations/result.html", {**context, **_result(found, request.actor)})  # type: ignore[attr-defined]


@requires(*IMPORTERS)
@require_GET
def progress(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far the list is, asked for every second; finished work sends the browser to its page."""
    found = _visible(request, public_id)
    return how_far(request, _progress(found) if found.is_worked_on else None)


@requires(*IMPORTERS)
@require_POST
def start(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Step 4: bring it in."""
    found = _visible(request, public_id)
    ask(request, batches.start, found, now=timezone.now())
    return redirect("integrations:batch", found.public_id)


@requires(*IMPORTERS)
@require_POST
def pause(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop after the rows that are on their way."""
    found = _visible(request, public_id)
    ask(request, batches.pause, found)
    return redirect("integrations:batch", found.public_id)


@requires(*IMPORTERS)
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks first, with what goes and what stays (GET); then takes the import back (POST)."""
    found = _visible(request, public_id)
    now = timezone.now()
    if request.method == "POST":
        ask(request, undoing.undo, found, now=now)
        return redirect("integrations:batch", found.public_id)
    if not undoing.may_undo(found, now):
        return redirect("integrations:batch", found.public_id)
    return TemplateResponse(request, "integrations/undo.html", undo_page(undoing.outlook(found), found))


@requires(*IMPORTERS)
@require_POST
def discard(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Throw the list away before anything of it is in."""
    found = _visible(request, public_id)
    if ask(request, batches.discard, found):
        say(request, _("List discarded."))
    return redirect("integrations:list")


@requires(*IMPORTERS)
@require_GET
def left_out(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The rows left out with the reason, to mend and upload again."""
    found = _visible(request, public_id)
    try:
        is_dry = found.state in ImportBatch.BEFORE_IMPORT
        content = error_file(found, is_dry=is_dry, actor=request.actor)  # type: ignore[attr-defined]
    except FileNotFoundError:
        say(request, _("The uploaded list has been deleted, so its rows can no longer be written out."), late=True)
        return redirect("integrations:batch", found.public_id)
    return as_file(found, content)


def _visible(request: HttpRequest, public_id: uuid.UUID) -> ImportBatch:
    rows = ImportBatch.objects.select_related("made_by", "group")
    return get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]


def _shared(found: ImportBatch, step: int) -> dict[str, Any]:
    counts = found.dry_counts if found.state in ImportBatch.BEFORE_IMPORT else found.counts
    kind = kind_of(found)
    unchanged = unchanged_rows(counts)
    return {
        "batch": found,
        "kind": kind,
        "figures": [
            {
                "label": one.label,
                "tone": one.tone,
                "n": unchanged if one.name == "unchanged" else counts.get(one.name, 0),
            }
            for one in kind.figures
        ],
        "steps": steps(step),
        "facts": describe(found),
        "counts": counts,
        "to_import": _to_import(counts),
        "now": timezone.now(),
    }


def _to_import(counts: Mapping[str, int]) -> int:
    """How many rows go in."""
    return counts.get("rows", 0) - sum(counts.get(name, 0) for name in (REJECTED, SKIPPED, "duplicates"))


def _progress(found: ImportBatch) -> dict[str, Any]:
    is_check, is_undo = found.state == STATES.CHECKING, found.state == STATES.UNDOING
    done = found.rows - found.position if is_undo else found.position
    done = cache.get(progress_key(found.pk), 0) if is_check else done
    values = {"done": number(done), "total": number(found.rows)}
    label, words = _("Import"), _("%(done)s of %(total)s rows imported")
    if is_check:
        label, words = _("Dry run"), _("%(done)s of %(total)s rows checked")
    elif is_undo:
        label, words = _("Undoing"), _("%(done)s of %(total)s rows taken back")
    return {
        "done": done,
        "total": found.rows,
        "words": words % values,
        "label": label,
        "url": reverse("integrations:progress", args=[found.public_id]),
    }


def _result(found: ImportBatch, actor: Any) -> dict[str, Any]:
    issues = ImportIssue.objects.filter(batch=found, is_dry=False).order_by("row", "id")
    return {
        "issues": list(issues[:REMARKS_SHOWN]),
        "more_issues": issues[REMARKS_SHOWN : REMARKS_SHOWN + 1].exists(),
        "conflicts": found.conflicts.waiting().count(),
        "may_undo": undoing.may_undo(found, timezone.now()),
        "may_decide": actor.can("integrations.import"),
        "names_to_settle": unsettled_names() if actor.can("integrations.mappings") else 0,
        "may_open_unit": actor.can("groups.view"),
        "planned": kind_of(found).planned(found, today()) if found.state == STATES.DONE else None,
        **(_accounts(found) if found.kind == ImportBatch.Kind.STAFF else {}),
    }


def _accounts(found: ImportBatch) -> dict[str, Any]:
    """Who got an account by a staff sheet, and how many have no password yet."""
    made = list(staff_made(found))
    return {
        "accounts": made,
        "without_password": sum(not one.user.has_usable_password() for one in made),
    }
