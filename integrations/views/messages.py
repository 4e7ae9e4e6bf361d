"""The queue of messages that wait for somebody, and one message with what is done about it."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.domain.saved_views import EVERYTHING, VIEW
from accounts.views.list_state import list_state, opens_with
from hospital_crm.shell import paging
from hospital_crm.shell.polling import how_far
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.keyset import neighbour, page_of
from integrations.domain import queue
from integrations.domain.errors import ImportRefused
from integrations.domain.message_list import BY_ARRIVAL, CHIPS, MESSAGES, MessageList
from integrations.forms import MessageFilter
from integrations.models import InboundRecord

STATES = InboundRecord.State


@requires("integrations.import")
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """The messages of a state, those with remarks, or those of one number in the source, newest first. A bare address
    shows what the role opens first, where somebody chose that.
    """
    state = list_state(request, MESSAGES)
    if first := opens_with(request, state):
        return redirect(first)
    asked = MessageList.described(request.GET)
    counts = asked.counts()
    page = page_of(
        asked.rows(),
        BY_ARRIVAL,
        fetch=InboundRecord.objects.select_related("feed").defer("raw", "corrected"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    count = asked.count(counts)
    context = {
        "rows": page.rows,
        **paging.page_urls(request, page),
        "count": count,
        "matching": count if page.newer or page.older else 0,
        "chips": _chips(request, asked, counts),
        "form": MessageFilter(request.GET, asked=asked),
        "keep": [(name, request.GET[name]) for name in ("state", VIEW) if request.GET.get(name)],
        "reset": f"?{VIEW}={EVERYTHING}&state={asked.state}" if asked.is_filtered else "",
        "list": asked,
        "state": state,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "integrations/messages.html", context)


def _chips(request: HttpRequest, asked: MessageList, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"?{paging.query(request, 'reason', 'number', state=state)}",
            "count": counts[state],
            "is_on": state == asked.state and not asked.number,
            "is_late": state == STATES.SET_ASIDE and counts[state] > 0,
        }
        for state, label in CHIPS.items()
    ]


@requires("integrations.import")
@require_GET
def message(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One message: what became of it and why, its fields masked, nothing clinical."""
    actor = request.actor  # type: ignore[attr-defined]
    return _message_page(request, get_visible_or_404(InboundRecord, actor, public_id=public_id), is_correcting=False)


@requires("integrations.import")
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Fields of a message corrected; then it is applied again. A form is no way round the mask."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(InboundRecord, actor, public_id=public_id)
    if request.method == "GET" and found.state not in InboundRecord.PROBLEMS:
        return redirect("integrations:message", found.public_id)
    if request.method == "GET":
        return _message_page(request, found, is_correcting=True)
    values = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    work = lambda: queue.correct(found, values, actor=actor, now=timezone.now())  # noqa: E731
    return _done(request, found, work, _("Corrected and queued; what was said later stays the last word."))


@requires("integrations.import")
@require_POST
def again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A message is applied again as it is."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(InboundRecord, actor, public_id=public_id)
    queued = _("Queued; what was said later stays the last word.")
    return _done(request, found, lambda: queue.again(found, actor=actor), queued)


@requires("integrations.import")
@require_GET
def message_turn(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asked by the page of a message that is still to be applied: the bar, until the page comes anew with the outcome.
    Nothing of the message is told.
    """
    found = get_visible_or_404(InboundRecord, request.actor, public_id=public_id)  # type: ignore[attr-defined]
    return how_far(request, turn_of(found))


def turn_of(found: InboundRecord) -> dict[str, str] | None:
    """What the bar of a message that waits for its turn shows; None once it has had it."""
    if found.state != STATES.RECEIVED:
        return None
    words = _("Not applied yet. The outcome is shown here as soon as it is there.")
    url = reverse("integrations:message-turn", args=[found.public_id])
    return {"words": words, "label": _("Waiting to be applied"), "url": url}


@requires("integrations.import")
@require_POST
def leave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A message is not applied, with a reason."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(InboundRecord, actor, public_id=public_id)
    note = request.POST.get("note", "")
    work = lambda: queue.leave(found, note=note, actor=actor, now=timezone.now())  # noqa: E731
    return _done(request, found, work, _("Left aside; it is not applied."))


def _message_page(request: HttpRequest, found: InboundRecord, *, is_correcting: bool) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "record": found,
        "fields": queue.open_message(found, actor=actor),
        "is_correcting": is_correcting,
        "is_open": found.state in InboundRecord.PROBLEMS,
        "turn": turn_of(found),
        **_within_list(request, found),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "integrations/message.html", context)


def _within_list(request: HttpRequest, found: InboundRecord) -> dict[str, Any]:
    """The list one came from, and the messages above and below in it, also where this one has left it since."""
    if not request.GET:
        return {"query": f"state={found.state}", "beside": []}
    asked = MessageList.described(request.GET)
    rows = {way: neighbour(asked.rows(), BY_ARRIVAL, found, backwards=way == "newer") for way in ("newer", "older")}
    beside = [(way, _address(one, asked.query()) if one else "") for way, one in rows.items()]
    return {"query": asked.query(), "stays": f"?{asked.query()}", "beside": beside}


def _address(found: InboundRecord, query: str) -> str:
    url = reverse("integrations:message", args=[found.public_id])
    return f"{url}?{query}" if query else url


def _done(request: HttpRequest, found: InboundRecord, work: Callable[[], object], done: str) -> HttpResponse:
    try:
        work()
        say(request, done)
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect(_address(found, MessageList.described(request.GET).query() if request.GET else ""))
