"""Exports: asking for one, one's own, and the queue of those that wait for approval."""

import uuid
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import NotVisible, get_visible_or_404, requires, second_factor_first
from accounts.actors import Actor
from accounts.domain import exports
from accounts.domain.export_files import progress_key
from accounts.domain.saved_views import kept_of, state_of
from accounts.forms import ExportForm
from accounts.lists import RegisteredList, lists
from accounts.models import Export
from accounts.views.saved_views import list_or_404
from hospital_crm.shell import chosen_acts
from hospital_crm.shell.acting import decided
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.toasts import say
from hospital_crm.shell.wording import number
from hospital_crm.tenancy.keyset import Key, page_of

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
NEWEST = Key("id", int)
SHOWN = 50


@requires("exports.make")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Asks what the export is for and how many rows it may have; the address says which list."""
    entry, actor = list_or_404(request, key), request.actor  # type: ignore[attr-defined]
    if elsewhere := second_factor_first(request):
        return elsewhere
    query = state_of(request.GET.urlencode())
    rows = exports.rows_behind(entry, query, actor=actor)
    form = _form(request, entry, actor, rows)
    if request.method == "POST" and form.is_valid():
        try:
            export = exports.ask(entry, query=query, actor=actor, now=timezone.now(), **form.cleaned_data)
        except exports.ExportError as refusal:
            form.add_error(None, str(refusal))
        else:
            waits = export.state == Export.State.ASKED
            said = _("Export %(number)s waits for approval.") if waits else _("Export %(number)s is being made.")
            say(request, said % {"number": export.number})
            return redirect("accounts:exports")
    context = {
        "entry": entry,
        "form": form,
        "title": _("Export: %(list)s") % {"list": entry.label},
        "text": _("%(rows)s rows. %(filters)s") % {"rows": _capped(rows), "filters": _filters(entry, actor, query)},
        "note": _(
            "Values stay masked as on the screen. More than %(limit)s rows wait for the security officer. "
            "The file is there for a day, for you alone, and each time it is fetched stands in the access log."
        )
        % {"limit": exports.WITHOUT_APPROVAL},
        "cancel_url": f"{reverse(entry.url_name)}?{query or 'view=all'}",
    }
    return TemplateResponse(request, "accounts/export_new.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, entry: RegisteredList, actor: Actor, rows: int) -> ExportForm:
    usual = [column.key for column in entry.chosen(actor, kept_of(actor, entry.key).columns)]
    kept = chosen_acts.taken(request, under=request.path).said
    return ExportForm(
        request.POST if request.method == "POST" else kept or None,
        columns=entry.columns_for(actor),
        most=exports.MOST_ROWS,
        may_whole=bool(entry.unmask) and actor.can(entry.unmask),
        initial={"row_limit": max(1, min(rows, exports.MOST_ROWS)), "columns": usual, "format": "xlsx"},
    )


def _capped(rows: int) -> str:
    return f"{number(exports.MOST_ROWS)}+" if rows > exports.MOST_ROWS else number(rows)


def _filters(entry: RegisteredList, actor: Actor, query: str) -> str:
    return _("; ").join(entry.words(actor, query)) or str(_("No filter"))


@requires("exports.make")
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """One's own exports, newest first: what became of each, and the file while it is there."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page = page_of(
        Export.objects.visible_to(actor),
        NEWEST,
        fetch=Export.objects.select_related("decided_by").defer("people"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {"rows": [_line(one, actor) for one in page.rows], "page": page_urls(request, page), **_now(page.rows)}
    template = "accounts/exports.html#rows" if request.htmx else "accounts/exports.html"  # type: ignore[attr-defined]
    return TemplateResponse(request, template, context)


def _now(rows: list[Export]) -> dict[str, Any]:
    return {"now": timezone.now(), "is_made": any(one.state == Export.State.QUEUED for one in rows)}


def _line(export: Export, actor: Actor) -> dict[str, Any]:
    entry = lists.get(export.page)
    return {
        "export": export,
        "list": entry.label if entry else export.page,
        "filters": _filters(entry, actor, export.query) if entry else "",
        "done": cache.get(progress_key(export), 0) if export.state == Export.State.QUEUED else export.rows,
        "may_fetch": export.state == Export.State.READY
        and export.expires_at is not None
        and export.expires_at > timezone.now(),
    }


@requires("exports.make")
@require_GET
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The file itself, for who asked for it; on record."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    export = get_visible_or_404(Export, actor, public_id=public_id)
    if elsewhere := second_factor_first(request):
        return elsewhere
    try:
        content = b"".join(exports.fetch(export, actor=actor, now=timezone.now()))
    except exports.ExportError as refusal:
        say(request, str(refusal), late=True)
        return redirect("accounts:exports")
    answer = HttpResponse(content, content_type=TYPES[export.format])
    answer["Content-Disposition"] = f'attachment; filename="{export.number}.{export.format}"'
    answer["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(answer)
    return answer


@requires("exports.approve")
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Exports that wait for the security officer. Whose rows they are is not shown: only list, filters, number of rows,
    columns and reason.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    waiting = Export.objects.waiting_for(actor).select_related("asked_by").defer("people").order_by("id")
    rows = [
        {
            "export": one,
            "list": lists[one.page].label if one.page in lists else one.page,
            "columns": _columns(one),
            "filters": _filters_of_asker(one),
        }
        for one in waiting[:SHOWN]
    ]
    decided = Export.objects.filter(decided_by__isnull=False).select_related("asked_by", "decided_by").defer("people")
    context = {
        "rows": rows,
        "decided": decided.order_by("-id")[:20],
        "chosen": chosen_acts.taken(request, under=reverse("accounts:exports")),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "accounts/export_queue.html", context)


def _columns(export: Export) -> str:
    entry = lists.get(export.page)
    labels = {column.key: str(column.label) for column in entry.columns} if entry else {}
    return pgettext("between names", ", ").join(labels.get(key, key) for key in export.columns)


def _filters_of_asker(export: Export) -> str:
    """The filters as who asked reads them: what the role of the asking may not filter by is not in them."""
    entry, actor = lists.get(export.page), exports.asker(export)
    return _filters(entry, actor, export.query) if entry and actor else ""


@requires("exports.approve")
@require_POST
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Allows or refuses one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    export = Export.objects.filter(public_id=public_id).first()
    if export is None:
        raise NotVisible("accounts.export", str(public_id))
    if elsewhere := second_factor_first(request):
        return elsewhere
    act, note = decided(request, "allow", "refuse"), request.POST.get("note", "")
    if not act:
        return redirect("accounts:export-queue")
    is_allowed = act == "allow"
    try:
        exports.decide(export, is_allowed=is_allowed, note=note, actor=actor, now=timezone.now())
    except exports.ExportError as refusal:
        say(request, str(refusal), late=True)
    else:
        said = _("Export %(number)s allowed.") if is_allowed else _("Export %(number)s refused.")
        say(request, said % {"number": export.number})
    return redirect("accounts:export-queue")
