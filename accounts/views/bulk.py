"""Bulk edits: choosing the rows on a list, the value, the preview, progress, result, undo."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, staff_only
from accounts.actors import Actor
from accounts.domain import bulk
from accounts.domain.export_writers import csv_bytes
from accounts.lists import lists
from accounts.models import BulkEdit
from accounts.views.exports import TYPES
from accounts.views.saved_views import list_or_404
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.polling import how_far
from hospital_crm.shell.toasts import say
from hospital_crm.shell.wording import number
from hospital_crm.tenancy.keyset import Key, page_of

NEWEST = Key("id", int)


@staff_only
@require_POST
def choose(request: HttpRequest, key: str) -> HttpResponse:
    """The marked rows, or all that the list shows, and what is to be done to them."""
    entry = list_or_404(request, key)
    every = request.POST.get("all_matching") == "1"
    picked = None if every else [one for text in request.POST.getlist("picked") if (one := _uuid(text))]
    query = request.POST.get("query", "")
    try:
        edit = bulk.choose(
            entry,
            act=request.POST.get("act", ""),
            picked=picked,
            query=query,
            actor=request.actor,  # type: ignore[attr-defined]
            now=timezone.now(),
        )
    except bulk.BulkError as refusal:
        say(request, str(refusal), late=True)
        return redirect(f"{reverse(entry.url_name)}?{query or 'view=all'}")
    return redirect("accounts:bulk-edit", edit.public_id)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@staff_only
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The page of one bulk edit in the state it is in; a POST shows the preview, or starts it when it was confirmed."""
    found, actor = _visible(request, public_id), request.actor  # type: ignore[attr-defined]
    try:
        act = bulk.act_of(found)
    except bulk.BulkError as refusal:
        say(request, str(refusal), late=True)
        return redirect("accounts:bulk-edits")
    if found.state != BulkEdit.State.DRAFT:
        return TemplateResponse(request, "accounts/bulk_result.html", _result(found, actor))
    form = act.form(request.POST if request.method == "POST" else None)
    context = {**_shared(found), "form": form}
    if request.method == "POST" and form.is_valid():
        params = act.plain(form.cleaned_data)
        if request.POST.get("confirmed"):
            return _start(request, found, params)
        context |= {"sample": bulk.sample(found, params, actor=actor), "is_preview": True}
    return TemplateResponse(request, "accounts/bulk_edit.html", context, status=422 if form.errors else 200)


def _start(request: HttpRequest, found: BulkEdit, params: dict[str, Any]) -> HttpResponse:
    try:
        bulk.start(found, params, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
    except bulk.BulkError as refusal:
        say(request, str(refusal), late=True)
    return redirect("accounts:bulk-edit", found.public_id)


@staff_only
@require_POST
def undo(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks for the former values."""
    found = _visible(request, public_id)
    try:
        bulk.undo(found, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
    except bulk.BulkError as refusal:
        say(request, str(refusal), late=True)
    return redirect("accounts:bulk-edit", found.public_id)


@staff_only
@require_GET
def progress(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far it is; when it is done the whole page comes anew."""
    found = _visible(request, public_id)
    return how_far(request, _progress(found) if found.is_worked_on else None)


@staff_only
@require_GET
def result(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What became of each row, with the reason where it was left, as a text file."""
    found = _visible(request, public_id)
    entry = lists.get(found.page)
    if entry is None or found.state == BulkEdit.State.DRAFT:
        return redirect("accounts:bulk-edits")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    titles = [str(column.label) for column in entry.chosen(actor, ())[:2]]
    head = [*titles, _("result"), _("before"), _("after"), _("reason")]
    answer = HttpResponse(csv_bytes(head, bulk.result_rows(found, actor=actor)), content_type=TYPES["csv"])
    answer["Content-Disposition"] = f'attachment; filename="bulk-{found.pk}.csv"'
    return answer


@staff_only
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """One's own bulk edits, newest first."""
    page = page_of(
        BulkEdit.objects.visible_to(request.actor),  # type: ignore[attr-defined]
        NEWEST,
        fetch=BulkEdit.objects.all(),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    rows = [{"edit": one, **_names(one)} for one in page.rows]
    context = {"rows": rows, "page": page_urls(request, page), "now": timezone.now()}
    return TemplateResponse(request, "accounts/bulk_edits.html", context)


def _visible(request: HttpRequest, public_id: uuid.UUID) -> BulkEdit:
    return get_visible_or_404(BulkEdit, request.actor, public_id=public_id)  # type: ignore[attr-defined]


def _names(found: BulkEdit) -> dict[str, Any]:
    entry = lists.get(found.page)
    try:
        label = bulk.act_of(found).label
    except bulk.BulkError:
        label = found.act
    return {"act": label, "list": entry.label if entry else found.page}


def _shared(found: BulkEdit) -> dict[str, Any]:
    entry = lists[found.page]
    return {
        "edit": found,
        **_names(found),
        "total": bulk.rows_of(found),
        "list_url": f"{reverse(entry.url_name)}?{found.query or 'view=all'}",
        "now": timezone.now(),
    }


def _result(found: BulkEdit, actor: Actor) -> dict[str, Any]:
    counts = bulk.counts(found)
    act = bulk.act_of(found)
    return {
        **_shared(found),
        "counts": counts,
        "value": bulk.value_words(found),
        "reasons": [(bulk.reason_words(act, reason), n) for reason, n in bulk.reasons(found)],
        "may_undo": bulk.may_undo(found, timezone.now()) and counts["changed"] > 0,
        "progress": _progress(found) if found.is_worked_on else None,
    }


def _progress(found: BulkEdit) -> dict[str, Any]:
    counts = bulk.counts(found)
    is_undo = found.state == BulkEdit.State.UNDOING
    waiting = counts["changed"] if is_undo else counts["waiting"]
    total = counts.total()
    words = _("%(done)s of %(total)s rows put back") if is_undo else _("%(done)s of %(total)s rows done")
    return {
        "done": total - waiting,
        "total": total,
        "words": words % {"done": number(total - waiting), "total": number(total)},
        "label": _("Undoing") if is_undo else _("Bulk edit"),
        "url": reverse("accounts:bulk-progress", args=[found.public_id]),
    }
