"""The queue of contradictions, and what names in lists mean."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.models import Department
from hospital_crm.pinyin import name_order
from hospital_crm.shell.acting import decided
from hospital_crm.shell.toasts import say
from integrations.domain import deciding, naming
from integrations.domain.errors import ImportRefused
from integrations.domain.places import able_as
from integrations.forms import DepartmentForm, PhysicianForm
from integrations.models import MatchConflict, PhysicianMapping
from patients import pair_queues


@requires("integrations.import")
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Contradictions waiting for a decision, both sides masked."""
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "queues": pair_queues.chips(actor, "integrations:conflicts"),
        "questions": deciding.open_questions(actor),
        "waiting": MatchConflict.objects.waiting().count(),
        "open_names": PhysicianMapping.objects.filter(state="open", candidates__gt=1).count(),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "integrations/conflicts.html", context)


@requires("integrations.import")
@require_POST
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One person or two."""
    actor = request.actor  # type: ignore[attr-defined]
    conflict = get_visible_or_404(MatchConflict, actor, public_id=public_id)
    act = decided(request, "same", "separate")
    if not act:
        return redirect("integrations:conflicts")
    same = act == "same"
    try:
        deciding.decide(conflict, same=same, actor=actor, now=timezone.now())
        say(request, _("The two records are one.") if same else _("They stay two people."))
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("integrations:conflicts")


@requires("integrations.mappings")
@require_GET
def names(request: HttpRequest) -> HttpResponse:
    """Physicians' and nurses' names, each with those who can be meant, and new departments: not settled first."""
    found = PhysicianMapping.objects.select_related("staff", "department", "feed")
    able = {role: list(able_as(role)) for role in PhysicianMapping.Role.values}
    mappings = [(one, able[one.role]) for one in sorted(found, key=lambda one: (one.state, name_order(one.name)))]
    context = {
        "open": [(one, staff) for one, staff in mappings if one.state == "open"],
        "settled": [(one, staff) for one, staff in mappings if one.state != "open"],
        "departments": Department.objects.active().filter(is_confirmed=False),
        "known": Department.objects.active().filter(is_confirmed=True),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "integrations/names.html", context)


@requires("integrations.mappings")
@require_POST
def assign(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say who is meant by a physician's or nurse's name; remembered, and open orders follow."""
    actor = request.actor  # type: ignore[attr-defined]
    mapping = get_visible_or_404(PhysicianMapping, actor, public_id=public_id)
    form = PhysicianForm(request.POST)
    if not form.is_valid():
        say(request, _("Choose somebody who works here."), late=True)
        return redirect("integrations:names")
    try:
        stays, orders = naming.assign_physician(mapping, form.cleaned_data["staff"], actor=actor, now=timezone.now())
        said = {"name": mapping.name, "stays": stays, "orders": orders}
        say(request, _("%(name)s is assigned: %(stays)s stays, %(orders)s open orders.") % said)
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("integrations:names")


@requires("integrations.mappings")
@require_POST
def department(request: HttpRequest, department_id: int) -> HttpResponse:
    """Confirm a department that a list brought, or join it to a known one."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(Department.objects.active(), pk=department_id)
    form = DepartmentForm(request.POST)
    try:
        if not form.is_valid():
            raise ImportRefused(_("Join it to a confirmed department that is in use."))
        known = form.cleaned_data["known"]
        if known is None:
            naming.confirm_department(found, actor=actor)
            say(request, _("%(name)s is confirmed.") % {"name": found.name})
        else:
            stays = naming.join_department(found, known, actor=actor, now=timezone.now())
            said = {"name": found.name, "known": known.name, "stays": stays}
            say(request, _("%(name)s means %(known)s: %(stays)s stays moved.") % said)
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("integrations:names")
