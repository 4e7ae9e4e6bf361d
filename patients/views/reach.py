"""The page of a person's numbers, relations and papers, where each is added and changed; and the search for people
inside forms.
"""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import requires
from accounts.actors import Actor
from accounts.calendar import today
from hospital_crm.shell.toasts import say
from patients.domain import masking, reach
from patients.domain.search import find_people
from patients.domain.unmasking import masked_number
from patients.models import ContactPoint, Identifier, Patient, Relation
from patients.record_forms import (
    OFFERED,
    ContactChangeForm,
    ContactForm,
    IdentifierChangeForm,
    IdentifierForm,
    RelationForm,
    offered,
)
from patients.views.person import visible_person

_MOST = 40


@requires("patients.edit")
@require_GET
def page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything by which the person is reached and known, each line with its form."""
    return _page(request, visible_person(request, public_id), {})


@requires("patients.edit")
@require_POST
def contact(request: HttpRequest, public_id: uuid.UUID, key: int | None = None) -> HttpResponse:
    """One more number or address, or what is known about one."""
    patient, actor = visible_person(request, public_id, log=False), _actor(request)
    if key is None:
        form: Any = ContactForm(request.POST, actor=actor, auto_id="contact_%s")
        return _saved(request, patient, "contact", form, _("Number added."), lambda: _add_contact(patient, form, actor))
    row = _row(ContactPoint, patient, key)
    form = ContactChangeForm(request.POST, actor=actor, row=row, auto_id=f"contact{key}_%s")
    work = lambda: reach.change_contact(row, form.cleaned_data, actor=actor)  # noqa: E731
    return _saved(request, patient, f"contact-{key}", form, _("Changed."), work)


def _add_contact(patient: Patient, form: Any, actor: Actor) -> object:
    values = dict(form.cleaned_data)
    return reach.add_contact(patient, values.pop("number"), actor=actor, **values)


@requires("patients.edit")
@require_POST
def relation(request: HttpRequest, public_id: uuid.UUID, key: int | None = None) -> HttpResponse:
    """Somebody who stands beside the person: added, changed or ended."""
    patient, actor = visible_person(request, public_id, log=False), _actor(request)
    row = None if key is None else _row(Relation, patient, key)
    form = RelationForm(request.POST, actor=actor, row=row, auto_id=f"relation{key or ''}_%s")
    if row is None:
        work = lambda: reach.add_relation(patient, form.cleaned_data, actor=actor)  # noqa: E731
        return _saved(request, patient, "relation", form, _("Relation added."), work)
    work = lambda: reach.change_relation(row, form.cleaned_data, actor=actor)  # noqa: E731
    return _saved(request, patient, f"relation-{key}", form, _("Changed."), work)


@requires("patients.edit")
@require_POST
def identifier(request: HttpRequest, public_id: uuid.UUID, key: int | None = None) -> HttpResponse:
    """One more number of papers, or whether one still holds."""
    patient, actor = visible_person(request, public_id, log=False), _actor(request)
    if key is None:
        form: Any = IdentifierForm(request.POST, auto_id="identifier_%s")
        work = lambda: reach.add_identifier(patient, **form.cleaned_data, actor=actor)  # noqa: E731
        return _saved(request, patient, "identifier", form, _("Number added."), work)
    row = _row(Identifier, patient, key)
    form = IdentifierChangeForm(request.POST, row=row, auto_id=f"identifier{key}_%s")
    work = lambda: reach.change_identifier(row, form.cleaned_data, actor=actor)  # noqa: E731
    return _saved(request, patient, f"identifier-{key}", form, _("Changed."), work)


@requires("patients.list")
@require_POST
def pick(request: HttpRequest) -> HttpResponse:
    """The first people that fit while somebody types in a picker."""
    field = request.POST.get("field", "")
    if not field.isidentifier():
        raise Http404
    typed = request.POST.get(f"{field}_q", "")[:60].strip()
    found = find_people(_actor(request), typed, limit=OFFERED, page="pick") if typed else []
    context = {"name": field, "people": [offered(person) for person in found], "chosen": "", "typed": typed}
    return TemplateResponse(request, "patients/picked.html", context)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _row(model: Any, patient: Patient, key: int) -> Any:
    row = model.objects.filter(patient=patient, pk=key).first()
    if row is None:
        raise Http404
    return row


def _saved(request: HttpRequest, patient: Patient, name: str, form: Any, words: str, work: Any) -> HttpResponse:
    """Does the work of a valid form and goes back to the page; else the page with the form as it was sent."""
    if form.is_valid():
        try:
            work()
        except reach.ErasedBefore as refusal:
            form.ask_why_again(str(refusal))
        except reach.RecordError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, words)
            return redirect("patients:reach", patient.public_id)
    return _page(request, patient, {name: form})


def _page(request: HttpRequest, patient: Patient, sent: dict[str, Any]) -> HttpResponse:
    actor, day = _actor(request), today()
    context = {
        "patient": patient,
        "name": masking.mask_name(patient.name),
        "back": reverse("patients:detail", args=[patient.public_id]),
        "now": timezone.now(),
        "contacts": _contacts(patient, actor, sent, day),
        "relations": _relations(patient, actor, sent, day),
        "identifiers": _identifiers(patient, sent, day),
        "contact_form": sent.get("contact") or ContactForm(actor=actor, auto_id="contact_%s"),
        "relation_form": sent.get("relation") or RelationForm(actor=actor, auto_id="relation_%s"),
        "identifier_form": sent.get("identifier") or IdentifierForm(auto_id="identifier_%s"),
        "sent": next(iter(sent), ""),
    }
    return TemplateResponse(request, "patients/reach.html", context, status=422 if sent else 200)


def _contacts(patient: Patient, actor: Actor, sent: dict[str, Any], day: Any) -> list[dict[str, Any]]:
    rows = ContactPoint.objects.filter(patient=patient).select_related("owner").order_by("rank", "id")[:_MOST]
    return [
        {
            "row": row,
            "shown": masking.mask_contact(row.system, row.value),
            "owner": masking.mask_name(row.owner.name) if row.owner else "",
            "is_past": not row.holds_on(day),
            "form": sent.get(f"contact-{row.pk}")
            or ContactChangeForm(actor=actor, row=row, auto_id=f"contact{row.pk}_%s"),
            "is_open": f"contact-{row.pk}" in sent,
        }
        for row in rows
    ]


def _relations(patient: Patient, actor: Actor, sent: dict[str, Any], day: Any) -> list[dict[str, Any]]:
    rows = Relation.objects.filter(patient=patient).select_related("related").order_by("-is_guardian", "id")[:_MOST]
    return [
        {
            "row": row,
            "name": masking.mask_name(row.name),
            "phone": masking.mask_phone(row.phone),
            "is_past": not row.holds_on(day),
            "form": sent.get(f"relation-{row.pk}")
            or RelationForm(actor=actor, row=row, auto_id=f"relation{row.pk}_%s"),
            "is_open": f"relation-{row.pk}" in sent,
        }
        for row in rows
    ]


def _identifiers(patient: Patient, sent: dict[str, Any], day: Any) -> list[dict[str, Any]]:
    rows = Identifier.objects.filter(patient=patient).order_by("-is_active", "id")[:_MOST]
    return [
        {
            "row": row,
            "shown": masked_number(row),
            "is_past": not row.is_active or (row.valid_until is not None and row.valid_until < day),
            "form": sent.get(f"identifier-{row.pk}") or IdentifierChangeForm(row=row, auto_id=f"identifier{row.pk}_%s"),
            "is_open": f"identifier-{row.pk}" in sent,
        }
        for row in rows
    ]
