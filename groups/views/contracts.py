"""Contracts of a unit: drawn up or signed, ended, with their benefits."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.calendar import today
from groups.domain import contracts
from groups.domain.errors import UnitError
from groups.forms import BenefitForm, ContractForm, EndForm, SignForm
from groups.models import Contract, GroupCustomer
from groups.views.acting import act_page, address, bound, visible_unit
from hospital_crm.shell.toasts import say
from hospital_crm.typed import whole_number


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def contract(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A contract with its benefits; `?renews=` begins with the terms of an earlier one."""
    group = visible_unit(request, public_id)
    earlier = _earlier(request, group)
    first = contracts.renewal_of(earlier) if earlier else {"starts_on": today()}
    form = ContractForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(request, group, form, contracts.benefits_of(earlier) if earlier else [])
        except UnitError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Contract added."))
            return redirect("groups:detail", group.public_id)
    context = {"form": form, "group": group, "back": address(group), "title": _("Add a contract"), "carried": earlier}
    return TemplateResponse(request, "groups/form.html", context, status=422 if form.errors else 200)


def _keep(request: HttpRequest, group: GroupCustomer, form: ContractForm, earlier: list[dict[str, Any]]) -> None:
    """With the benefits typed in, and those of the earlier contract that were not typed anew."""
    actor = request.actor  # type: ignore[attr-defined]
    typed = form.benefits()
    names = {(row["kind"], row["name"]) for row in typed}
    benefits = [*typed, *(row for row in earlier if (row["kind"], row["name"]) not in names)]
    if form.cleaned_data["is_draft"]:
        contracts.draw_up(group, form.terms_of(), benefits=benefits, actor=actor)
    else:
        contracts.sign_contract(group, form.terms_of(), benefits=benefits, actor=actor, now=timezone.now())


def _earlier(request: HttpRequest, group: GroupCustomer) -> Contract | None:
    number = whole_number(request.GET.get("renews"))
    return group.contracts.filter(pk=number).first() if number is not None else None


def _of_unit(request: HttpRequest, public_id: uuid.UUID, contract_id: int) -> tuple[GroupCustomer, Contract]:
    group = visible_unit(request, public_id)
    return group, get_object_or_404(Contract, group=group, pk=contract_id)


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, public_id: uuid.UUID, contract_id: int) -> HttpResponse:
    """A draft is signed."""
    group, found = _of_unit(request, public_id, contract_id)
    actor = request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        bound(request, SignForm, initial={"on": today()}),
        lambda said: contracts.sign_draft(found, on=said["on"], actor=actor, now=timezone.now()),
        title=_("Contract %(number)s was signed") % {"number": found.number},
        action=_("Signed by both"),
        done=_("Contract signed."),
        back=address(group),
    )


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, public_id: uuid.UUID, contract_id: int) -> HttpResponse:
    """A contract ends before the agreed day."""
    group, found = _of_unit(request, public_id, contract_id)
    actor = request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        bound(request, EndForm, initial={"on": today()}),
        lambda said: contracts.end_early(found, actor=actor, now=timezone.now(), **said),
        title=_("End contract %(number)s early") % {"number": found.number},
        action=_("End contract"),
        done=_("Contract ended."),
        back=address(group),
        text=_("Its benefits end with it. A day before the first withdraws it."),
        danger=True,
    )


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def benefit(request: HttpRequest, public_id: uuid.UUID, contract_id: int) -> HttpResponse:
    """Something more a contract gives."""
    group, found = _of_unit(request, public_id, contract_id)
    actor = request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        bound(request, BenefitForm),
        lambda said: contracts.add_benefit(found, said, actor=actor),
        title=_("Benefit of contract %(number)s") % {"number": found.number},
        action=_("Add benefit"),
        done=_("Benefit added."),
        back=address(group),
        text=_("Empty days: as long as the contract. Empty limits: as often as wanted."),
    )
