"""The end of contact: stop, resume, report of a death, confirmation by a second person, withdrawal."""

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

from accounts.access import requires
from accounts.calendar import today
from hospital_crm.shell.acting import act_page
from patients.domain import erasing, holds, life, masking
from patients.forms import DeathForm, EraseForm, HoldForm, ReasonForm, StopForm
from patients.views.person import visible_person


def _answer(
    request: HttpRequest,
    public_id: uuid.UUID,
    form_of: Callable[..., forms.Form],
    act: Callable[..., Any],
    words: dict[str, str],
) -> HttpResponse:
    """Asks on GET; on POST does `act` and goes back to the person. A refusal of the domain stands on the form."""
    patient, actor = visible_person(request, public_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        form_of(request.POST if request.method == "POST" else None),
        lambda said: act(patient, actor=actor, now=timezone.now(), **said),
        refusals=(life.LifeError, holds.HoldError, erasing.EraseError),
        back=reverse("patients:detail", args=[patient.public_id]),
        note=masking.mask_name(patient.name),
        danger=True,
        **words,
    )


@requires("patients.stop_contact")
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The person refuses all contact for good."""
    return _answer(
        request,
        public_id,
        StopForm,
        life.stop_contact,
        {
            "title": _("Stop contact"),
            "text": _("All follow-up, messages and invitations end at once. Safety contact stays allowed."),
            "action": _("Stop contact"),
            "done": _("Contact stopped."),
        },
    )


@requires("patients.stop_contact")
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The person allows contact again."""
    return _answer(
        request,
        public_id,
        ReasonForm,
        life.resume_contact,
        {
            "title": _("Resume contact"),
            "text": _("Only when the person asks for it. What was stopped before is not sent again."),
            "action": _("Resume contact"),
            "done": _("Contact resumed."),
        },
    )


@requires("patients.report_death")
@require_http_methods(["GET", "POST"])
def death(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Somebody heard that the person died."""
    return _answer(
        request,
        public_id,
        partial(DeathForm, today=today()),
        life.report_death,
        {
            "title": _("Report a death"),
            "text": _("Everything stops at once: calls, messages, invitations. A second person confirms."),
            "action": _("Report the death"),
            "done": _("Death reported. Everything has stopped; a second person confirms."),
        },
    )


@requires("patients.confirm_death")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The second person confirms."""
    return _answer(
        request,
        public_id,
        forms.Form,
        life.confirm_death,
        {
            "title": _("Confirm the death"),
            "text": _("After this it cannot be taken back here."),
            "action": _("Confirm the death"),
            "done": _("Death confirmed."),
        },
    )


@requires("patients.confirm_death")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The second person finds that the report was an error."""
    return _answer(
        request,
        public_id,
        ReasonForm,
        life.withdraw_death,
        {
            "title": _("The report was an error"),
            "text": _("The person lives. What was stopped is planned anew by its own rules."),
            "action": _("Withdraw the report"),
            "done": _("Report withdrawn."),
        },
    )


@requires("patients.confirm_death")
@require_http_methods(["GET", "POST"])
def find_alive(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The person lives, though a list said both."""
    return _answer(
        request,
        public_id,
        ReasonForm,
        life.find_alive,
        {
            "title": _("The person lives"),
            "text": _("Calls that were held go on. Only after somebody made sure, from the ward or the record."),
            "action": _("The person lives"),
            "done": _("The doubt is settled."),
        },
    )


@requires("patients.hold")
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The record is kept as it is."""
    return _answer(
        request,
        public_id,
        HoldForm,
        holds.place_hold,
        {
            "title": _("Legal hold"),
            "text": _("The record is neither erased nor binned nor purged until the hold ends."),
            "action": _("Put under legal hold"),
            "done": _("The record is under legal hold."),
        },
    )


@requires("patients.hold")
@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The record need not be kept any more."""
    return _answer(
        request,
        public_id,
        ReasonForm,
        holds.lift_hold,
        {
            "title": _("Lift the legal hold"),
            "text": _("From now on the record may be erased again."),
            "action": _("Lift the hold"),
            "done": _("Legal hold lifted."),
        },
    )


@requires("patients.erase")
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The record is made anonymous for good."""
    return _answer(
        request,
        public_id,
        EraseForm,
        erasing.erase,
        {
            "title": _("Erase the record"),
            "text": _(
                "Name, numbers, telephones, addresses, family, notes, files, texts and the content of messages that"
                " were applied to this record go for good. Sex, year of birth, days, departments and codes stay for the"
                " figures; decisions about contact, the audit trail and when messages came stay for the law."
            ),
            "action": _("Erase for good"),
            "done": _("The record has been erased."),
        },
    )
