"""The list of units and the record of one."""

import uuid
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today
from groups.domain.units import save_unit
from groups.forms import ContactForm, ContractForm, MemberForm, UnitFilter, UnitForm, VisitForm, VisitResultForm
from groups.models import GroupCustomer, GroupMember
from hospital_crm.shell import paging
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.keyset import Key, page_of
from patients.domain.masking import mask_name, mask_phone
from patients.models import Patient

BY_ID = Key("id", int)
STATUSES = ("", *GroupCustomer.Status.values)
CONTACTS_SHOWN = 20


def visible_unit(request: HttpRequest, public_id: uuid.UUID) -> GroupCustomer:
    """The unit of the address, if the actor may see it."""
    rows = GroupCustomer.objects.select_related("owner")
    return get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]


@requires("groups.view")
@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """Units, the youngest first; the address holds status and name."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = UnitFilter(request.GET)
    form.is_valid()
    status = request.GET.get("status", "")
    named = _named(GroupCustomer.objects.visible_to(actor), form.cleaned_data.get("q", ""))
    lists = {key: named.filter(status=key) if key else named for key in STATUSES}
    counts = dict(zip(STATUSES, capped_counts(*lists.values()), strict=True))
    status = status if status in lists else ""
    units = GroupCustomer.objects.select_related("owner")
    units = units.annotate(member_count=Count("members", filter=Q(members__left_on__isnull=True)))
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = page_of(lists[status], BY_ID, fetch=units, **place)
    context = {
        "rows": page.rows,
        **paging.page_urls(request, page),
        "count": counts[status],
        "chips": _chips(request, status, counts),
        "form": form,
        "keep": [("status", status)] if status else [],
        "is_filtered": bool(status or form.cleaned_data.get("q")),
        "may_edit": actor.can("groups.edit"),
    }
    return TemplateResponse(request, "groups/list.html", context)


def _named(rows: QuerySet[GroupCustomer], text: str) -> QuerySet[GroupCustomer]:
    text = text.strip()
    if not text:
        return rows
    letters = text.lower().replace(" ", "")
    return rows.filter(Q(name__prefix=text) | Q(py_full__prefix=letters) | Q(py_initials__prefix=letters))


def _chips(request: HttpRequest, chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    words = {"": _("All"), **dict(GroupCustomer.Status.choices)}
    return [
        {
            "label": words[key],
            "url": f"?{paging.query(request, status=key)}",
            "count": counts[key],
            "is_on": key == chosen,
            "is_late": False,
        }
        for key in STATUSES
    ]


@requires("groups.view")
@require_GET
def unit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The record of a unit: who to speak to, contract and benefits, members, contacts made and planned."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    group, now = visible_unit(request, public_id), timezone.now()
    members = _member_page(request, group)
    log_access(actor, "list", [member.patient_id for member in members.rows], page="unit")
    day = today(now=now)
    context = {
        "group": group,
        "now": now,
        "today": day,
        "contacts": list(group.contacts.all()[:CONTACTS_SHOWN]),
        "contracts": list(group.contracts.prefetch_related("benefits")),
        "valid_contracts": {contract.pk for contract in group.contracts.valid_on(day)},
        "visits": list(group.visits.select_related("staff")[:CONTACTS_SHOWN]),
        "members": [_member_row(member) for member in members.rows],
        "older": f"{request.path}?after={members.older}#members" if members.older else "",
        "newer": f"{request.path}?before={members.newer}#members" if members.newer else "",
        "may_edit": actor.can("groups.edit"),
        "contact_form": ContactForm(prefix="contact"),
        "visit_form": VisitForm(prefix="visit", initial={"planned_on": day}),
        "result_form": VisitResultForm(initial={"done_on": day}),
        "contract_form": ContractForm(prefix="contract"),
        "member_form": MemberForm(prefix="member"),
    }
    return TemplateResponse(request, "groups/unit.html", context)


def _member_page(request: HttpRequest, group: GroupCustomer) -> Any:
    rows = GroupMember.objects.current().filter(group=group)
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    return page_of(rows, BY_ID, fetch=GroupMember.objects.select_related("patient"), **place)


def _member_row(member: GroupMember) -> dict[str, Any]:
    """A member, masked, without clinical text."""
    patient: Patient = member.patient
    return {
        "pk": member.pk,
        "public_id": patient.public_id,
        "name": mask_name(patient.name),
        "phone": mask_phone(patient.phone),
        "sex": patient.get_sex_display() if patient.sex != "U" else "",
        "position": member.position,
        "is_key_person": member.is_key_person,
        "state": patient.get_contact_state_display() if not patient.may_be_contacted else "",
        "joined_on": member.joined_on,
    }


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A unit."""
    return _edit(request, GroupCustomer(), reverse("groups:list"))


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Changes the record of a unit."""
    return _edit(request, visible_unit(request, public_id), reverse("groups:detail", args=[public_id]))


def _edit(request: HttpRequest, group: GroupCustomer, back: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kept = GroupCustomer.objects.filter(pk=group.pk).first() or GroupCustomer()
    form = UnitForm(request.POST or None, instance=group, may_choose_owner=actor.sees == "all")
    if request.method == "POST" and form.is_valid():
        saved = save_unit(kept, form.cleaned_data, actor=actor)
        say(request, _("Unit saved."))
        return redirect("groups:detail", saved.public_id)
    context = {"form": form, "group": kept if kept.pk else None, "back": back}
    return TemplateResponse(request, "groups/form.html", context, status=422 if form.errors else 200)
