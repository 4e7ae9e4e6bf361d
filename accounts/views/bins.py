"""The pages of a bin, for every kind of record that has one: putting there, what lies in it, putting back."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import NotVisible
from accounts.audit import log_access
from accounts.domain import bins
from accounts.forms import BinForm
from accounts.lists import lists
from hospital_crm.shell.acting import act_page
from hospital_crm.shell.toasts import say

SHOWN = 100


def put_page(request: HttpRequest, row: Any, *, back: str, undo_url: str) -> HttpResponse:
    """Asks why the record was a mistake; then it lies in the bin."""
    kind, actor = bins.bin_of(type(row)), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        BinForm(request.POST if request.method == "POST" else None),
        lambda said: bins.put_in_bin(row, reason=said["reason"], actor=actor, now=timezone.now()),
        refusals=bins.BinError,
        title=_("Put this record in the bin"),
        action=_("Put in the bin"),
        done=_("The record lies in the bin for 30 days."),
        back=back,
        text=_("It disappears from lists, search and work. For 30 days it can be put back; then it is gone for good."),
        note=kind.words(row),
        danger=True,
        landing=lambda entry: reverse(lists[kind.list_key].url_name),
        undo_url=undo_url,
    )


def bin_page(request: HttpRequest, model: type[Any], *, put_back_name: str) -> HttpResponse:
    """What lies in the bin, people masked; what goes first stands in front."""
    kind, actor = bins.bin_of(model), request.actor  # type: ignore[attr-defined]
    entry = lists[kind.list_key]
    found = list(bins.in_bin(model, actor)[: SHOWN + 1])
    records = [getattr(one, kind.of) for one in found[:SHOWN]]
    if people := entry.people([row.pk for row in records]):
        log_access(actor, "list", people, page="bin")
    rows = [
        {"entry": one, "name": kind.words(row), "url": reverse(put_back_name, args=[row.public_id])}
        for one, row in zip(found, records, strict=False)
    ]
    context = {
        "rows": rows,
        "is_cut": len(found) > SHOWN,
        "now": timezone.now(),
        "list_url": reverse(entry.url_name),
    }
    return TemplateResponse(request, "accounts/bin.html", context)


def put_back(request: HttpRequest, model: type[Any], public_id: uuid.UUID, *, bin_name: str, page: str) -> HttpResponse:
    """The record is what it was before; leads to its page."""
    kind, actor = bins.bin_of(model), request.actor  # type: ignore[attr-defined]
    entry = bins.in_bin(model, actor).filter(**{f"{kind.of}__public_id": public_id}).first()
    if entry is None:
        raise NotVisible(kind.entry._meta.label_lower, str(public_id))
    try:
        row = bins.put_back(entry, actor=actor)
    except bins.BinError as refusal:
        say(request, str(refusal), late=True)
        return redirect(bin_name)
    say(request, _("The record is back."))
    return redirect(page, row.public_id)
