"""Adding to a unit: contacts, contracts, visits, members. Each is one POST from the record of the unit."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import get_visible_or_404, requires
from accounts.calendar import today
from groups.domain import members, units
from groups.forms import ContactForm, ContractForm, MemberForm, VisitForm, VisitResultForm
from groups.models import GroupCustomer, GroupMember, GroupVisit
from groups.views.units import visible_unit
from hospital_crm.shell.toasts import say
from patients.domain.search import person_with_number


def _add(
    request: HttpRequest, group: GroupCustomer, form: forms.BaseForm, act: Callable[[dict[str, Any]], Any], done: str
) -> HttpResponse:
    """Does `act` with what was typed and goes back to the unit; says what is wrong otherwise."""
    if form.is_valid():
        act(form.cleaned_data)
        say(request, done)
    else:
        say(request, " ".join(" ".join(errors) for errors in form.errors.values()), late=True)
    return redirect("groups:detail", group.public_id)


@requires("groups.edit")
@require_POST
def contact(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Somebody at the unit."""
    group = visible_unit(request, public_id)
    form = ContactForm(request.POST, prefix="contact")
    actor = request.actor  # type: ignore[attr-defined]
    return _add(request, group, form, lambda values: units.add_contact(group, values, actor=actor), _("Contact added."))


@requires("groups.edit")
@require_POST
def visit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A contact with the unit, to be made."""
    group = visible_unit(request, public_id)
    form = VisitForm(request.POST, prefix="visit")
    actor = request.actor  # type: ignore[attr-defined]
    return _add(request, group, form, lambda values: units.plan_visit(group, values, actor=actor), _("Planned."))


@requires("groups.edit")
@require_POST
def visit_result(request: HttpRequest, public_id: uuid.UUID, visit_id: int) -> HttpResponse:
    """What came of a planned contact."""
    group = visible_unit(request, public_id)
    planned = get_object_or_404(GroupVisit, group=group, pk=visit_id, done_on__isnull=True)
    form = VisitResultForm(request.POST)
    actor = request.actor  # type: ignore[attr-defined]
    return _add(
        request, group, form, lambda values: units.finish_visit(planned, actor=actor, **values), _("Result saved.")
    )


@requires("groups.edit")
@require_POST
def contract(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A contract with its benefits."""
    group = visible_unit(request, public_id)
    form = ContractForm(request.POST, prefix="contract")
    actor = request.actor  # type: ignore[attr-defined]

    def act(values: dict[str, Any]) -> None:
        terms = {name: values[name] for name in ContractForm.Meta.fields}
        units.sign_contract(group, terms, benefits=form.benefits(), actor=actor)

    return _add(request, group, form, act, _("Contract added."))


@requires("groups.edit")
@require_POST
def member(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A person joins, named by record number: the person need not be visible to the liaison before."""
    group = visible_unit(request, public_id)
    form = MemberForm(request.POST, prefix="member")
    if not form.is_valid() or (patient := person_with_number(form.cleaned_data["number"])) is None:
        say(request, _("No person has this record number."), late=True)
        return redirect("groups:detail", group.public_id)
    values = form.cleaned_data
    try:
        members.add_member(
            group,
            patient,
            is_key_person=values["is_key_person"],
            position=values["position"],
            joined_on=today(),
            actor=request.actor,  # type: ignore[attr-defined]
        )
    except members.MemberError:
        say(request, _("This person belongs to the unit already."), late=True)
    else:
        say(request, _("Member added."))
    return redirect("groups:detail", group.public_id)


def _member_or_404(request: HttpRequest, public_id: uuid.UUID, member_id: int) -> GroupMember:
    current = GroupMember.objects.current().select_related("group")
    return get_visible_or_404(current, request.actor, pk=member_id, group__public_id=public_id)  # type: ignore[attr-defined]


@requires("groups.edit")
@require_POST
def key_person(request: HttpRequest, public_id: uuid.UUID, member_id: int) -> HttpResponse:
    """Marks or unmarks a key person."""
    row = _member_or_404(request, public_id, member_id)
    members.set_key_person(row, not row.is_key_person, actor=request.actor)  # type: ignore[attr-defined]
    say(request, _("No key person any more.") if row.is_key_person else _("Marked as key person."))
    return redirect("groups:detail", public_id)


@requires("groups.edit")
@require_POST
def remove_member(request: HttpRequest, public_id: uuid.UUID, member_id: int) -> HttpResponse:
    """The person leaves the unit."""
    row = _member_or_404(request, public_id, member_id)
    members.remove_member(row, on=today(), actor=request.actor)  # type: ignore[attr-defined]
    say(request, _("Member removed."))
    return redirect("groups:detail", public_id)
