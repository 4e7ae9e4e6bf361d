"""What is done with a privacy request before somebody lets the answer go out: each asks on a page of its own."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import get_visible_or_404, requires
from accounts.audit import log_access
from accounts.calendar import today
from hospital_crm.shell.acting import act_page
from patients.domain import masking, requests
from patients.forms import ReasonForm
from patients.models import PrivacyRequest
from patients.request_forms import AssignForm, PrepareForm, RefuseForm, RegisterForm
from patients.views.person import visible_person


@requires("privacy.requests")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A request came in."""
    patient, now = visible_person(request, public_id), timezone.now()
    actor = request.actor  # type: ignore[attr-defined]
    said = _("Request %(number)s registered; the answer is due on %(day)s.")
    return act_page(
        request,
        RegisterForm(request.POST if request.method == "POST" else None, today=today(now=now)),
        lambda values: requests.register(patient, **values, actor=actor, now=now),
        refusals=requests.RequestError,
        title=_("Register a privacy request"),
        action=_("Register"),
        done=lambda made: said % {"number": made.number, "day": made.due_on.isoformat()},
        back=reverse("patients:detail", args=[patient.public_id]),
        text=_("The deadline counts working days of the hospital from the day of receipt."),
        note=masking.mask_name(patient.name),
        landing=lambda made: reverse("patients:request", args=[made.public_id]),
    )


def seen_request(request: HttpRequest, public_id: uuid.UUID) -> PrivacyRequest:
    """The request of the address, of somebody whom the actor may see; on record."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = PrivacyRequest.objects.select_related("patient", "assignee", "registered_by", "prepared_by", "approved_by")
    found = get_visible_or_404(rows, actor, public_id=public_id)
    log_access(actor, "view", [found.patient_id], page="request")
    return found


def _answer(
    request: HttpRequest,
    public_id: uuid.UUID,
    form_of: Callable[..., forms.Form],
    act: Callable[..., Any],
    words: dict[str, Any],
) -> HttpResponse:
    """Asks on GET; on POST does `act` and goes back to the request."""
    found = seen_request(request, public_id)
    given = words.pop("given", lambda row: {})(found)
    form = form_of(request.POST if request.method == "POST" else None, **given)

    def done(said: dict[str, Any]) -> None:
        values = form.values() if isinstance(form, PrepareForm) else said
        act(found, **values, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]

    return act_page(
        request,
        form,
        done,
        refusals=requests.RequestError,
        back=reverse("patients:request", args=[found.public_id]),
        note=f"{found.number} {found.get_kind_display()} {masking.mask_name(found.patient.name)}",
        **words,
    )


@requires("privacy.requests")
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who works on it."""
    own = {"assignee": request.actor.staff.pk}  # type: ignore[attr-defined]
    words = {
        "title": _("Who works on it?"),
        "text": _("Whoever prepares the answer never is the one who lets it go out."),
        "action": _("Assign"),
        "done": _("Assigned."),
    }
    return _answer(request, public_id, partial(AssignForm, initial=own), requests.assign, words)


@requires("privacy.requests")
@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The answer, for a second person to let go out."""
    words = {
        "title": _("Prepare the answer"),
        "text": _(
            "A second person lets it go out. A copy or an explanation becomes a sealed file for the person alone; a"
            " correction changes the fields that are filled in or ticked to be emptied; a deletion erases the record"
            " for good."
        ),
        "action": _("To the second person"),
        "done": _("Prepared. A second person lets it go out."),
        "given": lambda row: {"request": row},
    }
    return _answer(request, public_id, PrepareForm, requests.prepare, words)


@requires("privacy.requests")
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Not granted."""
    words = {
        "title": _("Refuse the request"),
        "text": _("The person is told the reason, and may complain to the authority or sue."),
        "action": _("Refuse"),
        "done": _("Refused."),
        "danger": True,
    }
    return _answer(request, public_id, RefuseForm, requests.refuse, words)


@requires("privacy.requests")
@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """More time, once."""
    words = {
        "title": _("Extend the deadline"),
        "text": _("Once, by as many working days again. The person is told."),
        "action": _("Extend"),
        "done": _("Deadline extended."),
    }
    return _answer(request, public_id, ReasonForm, requests.extend, words)


@requires("privacy.requests")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Not wanted any more."""
    words = {
        "title": _("The request was withdrawn"),
        "text": _("How the person said so."),
        "action": _("Note the withdrawal"),
        "done": _("Withdrawal noted."),
    }
    return _answer(request, public_id, ReasonForm, requests.withdraw, words)
