"""The administrator's outbox: what was sent, what was not and why, and settling what nobody knows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires
from accounts.views.list_state import with_views
from hospital_crm.shell.toasts import say
from hospital_crm.typed import whole_number
from messaging import purposes
from messaging.domain import inspection, states
from messaging.filtered_lists import OUTBOX
from messaging.forms import OutboxFilter, SettleForm
from messaging.models import Message, State


@requires("admin.organisation")
@require_GET
@with_views(OUTBOX)
def outbox(request: HttpRequest) -> HttpResponse:
    """The hospital's messages, newest first."""
    filters = OutboxFilter(request.GET)
    rows, older = inspection.page_of_outbox(before=whole_number(request.GET.get("before")), **filters.chosen())
    for row in rows:
        row.purpose_label = purposes.label_of(row.purpose)  # type: ignore[attr-defined]
    page = {
        "messages_out": rows,
        "older": older,
        "filter_form": filters,
        "unknown": inspection.unknown_count(),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/outbox.html", page)


@requires("admin.organisation")
@require_GET
def message(request: HttpRequest, public_id: str) -> HttpResponse:
    """One message: what went out, and every change of its state."""
    return _page(request, _found(public_id), SettleForm())


@requires("admin.organisation")
@require_http_methods(["POST"])
def settle(request: HttpRequest, public_id: str) -> HttpResponse:
    """Writes down what a person found out about a message whose outcome was unknown."""
    found, form = _found(public_id), SettleForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        inspection.settle(found, State(form.cleaned_data["outcome"]), actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
    except states.NotInThatState:
        say(request, _("The outcome of this message is known by now."), late=True)
    return redirect("messaging:message", found.public_id)


def _found(public_id: str) -> Message:
    return get_object_or_404(Message.objects.select_related("staff"), public_id=public_id)


def _page(request: HttpRequest, found: Message, form: SettleForm, status: int = 200) -> HttpResponse:
    page = {
        "message_out": found,
        "purpose": purposes.label_of(found.purpose),
        "changes": inspection.history(found),
        "form": form if found.state == State.UNKNOWN else None,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/message.html", page, status=status)
