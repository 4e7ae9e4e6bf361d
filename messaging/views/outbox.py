"""The outbox: what was sent, what was not and why, settling what nobody knows, and stopped addresses."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.views.list_state import with_views
from hospital_crm.shell.toasts import say
from hospital_crm.typed import whole_number
from messaging import purposes
from messaging.domain import explaining, inspection, readings, states, suppressions
from messaging.filtered_lists import OUTBOX
from messaging.forms import LiftForm, OutboxFilter, SettleForm, StopForm
from messaging.models import Message, State, Suppression

READS = ("admin.organisation", "messaging.view")
SETTLES = ("admin.organisation", "messaging.settle")
_STOPS = 50


@requires(*READS)
@require_GET
@with_views(OUTBOX)
def outbox(request: HttpRequest) -> HttpResponse:
    """The messages the role may see, newest first."""
    actor, filters = _actor(request), OutboxFilter(request.GET)
    rows, older = inspection.page_of_outbox(actor, before=whole_number(request.GET.get("before")), **filters.chosen())
    log_access(actor, "list", sorted({row.person_id for row in rows if row.person_id}), page="outbox")
    shown = [(row, purposes.label_of(row.purpose), inspection.recipient_shown(row, actor)) for row in rows]
    page = {
        "messages_out": shown,
        "older": older,
        "filter_form": filters,
        "unknown": inspection.unknown_count(actor),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/outbox.html", page)


@requires(*READS)
@require_GET
def message(request: HttpRequest, public_id: str) -> HttpResponse:
    """One message: what went out, why, and every change of its state."""
    return _page(request, _found(request, public_id), SettleForm())


@requires(*SETTLES)
@require_http_methods(["POST"])
def settle(request: HttpRequest, public_id: str) -> HttpResponse:
    """Writes down what a person found out about a message whose outcome was unknown, and how."""
    found, form = _found(request, public_id), SettleForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    said = form.cleaned_data
    try:
        inspection.settle(
            found, State(said["outcome"]), reason=said["reason"], actor=_actor(request), now=timezone.now()
        )
    except states.NotInThatState:
        say(request, _("The outcome of this message is known by now."), late=True)
    return redirect("messaging:message", found.public_id)


@requires(*READS)
@require_GET
def stops(request: HttpRequest) -> HttpResponse:
    """Addresses that are written to no more, the newest first."""
    return _stops_page(request, StopForm())


@requires(*SETTLES)
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Stops an address by hand."""
    form = StopForm(request.POST)
    if not form.is_valid():
        return _stops_page(request, form)
    said = form.cleaned_data
    suppressions.suppress(
        channel=said["channel"],
        address=said["address"],
        reason=Suppression.Reason.BY_HAND,
        source=_actor(request).staff.name,
        actor=_actor(request),
        now=timezone.now(),
    )
    say(request, _("Address stopped."))
    return redirect("messaging:stops")


@requires(*SETTLES)
@require_POST
def lift(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody made sure that the address may be written to again."""
    row, form = get_object_or_404(Suppression, pk=number), LiftForm(request.POST)
    if form.is_valid():
        try:
            suppressions.lift(row, reason=form.cleaned_data["reason"], actor=_actor(request), now=timezone.now())
        except suppressions.SuppressionError as refusal:
            say(request, str(refusal), late=True)
        else:
            say(request, _("Stop lifted."))
    return redirect("messaging:stops")


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _found(request: HttpRequest, public_id: str) -> Message:
    """The message, if the role may see it; a person's is a view of the record."""
    actor = _actor(request)
    rows = Message.objects.select_related("staff", "person", "said_with")
    found: Message = get_visible_or_404(rows, actor, public_id=public_id)
    if found.person_id is not None and actor.can("messaging.view"):
        log_access(actor, "view", [found.person_id], page="message")
    return found


def _page(request: HttpRequest, found: Message, form: SettleForm, status: int = 200) -> HttpResponse:
    actor = _actor(request)
    may_settle = any(actor.can(one) for one in SETTLES)
    page: dict[str, Any] = {
        "message_out": found,
        "purpose": purposes.label_of(found.purpose),
        "recipient": inspection.recipient_shown(found, actor),
        "address": inspection.address_shown(found, actor),
        "text": inspection.text_shown(found, actor),
        "subject": found.subject if found.person_id is None or actor.can("messaging.view") else "",
        "person": found.person if actor.can("messaging.view") else None,
        "why": explaining.why(found),
        "changes": inspection.history(found),
        "readings": list(readings.of_message(found)) if found.person_id and actor.can("messaging.view") else [],
        "form": form if found.state == State.UNKNOWN and may_settle else None,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/message.html", page, status=status)


def _stops_page(request: HttpRequest, form: StopForm) -> HttpResponse:
    actor = _actor(request)
    before = whole_number(request.GET.get("before"))
    rows, older = suppressions.page_of_stops(before=before, size=_STOPS)
    page = {
        "stops": [(row, suppressions.shown(row)) for row in rows],
        "older": older,
        "form": form if any(actor.can(one) for one in SETTLES) else None,
        "lift_form": LiftForm(),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/stops.html", page, status=422 if form.errors else 200)
