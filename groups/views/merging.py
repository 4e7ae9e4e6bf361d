"""Units recorded twice: candidates, the two side by side, one made of them, and apart again."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from groups.domain.duplicates import candidates
from groups.domain.errors import UnitError
from groups.domain.merging import FIELDS, take_apart, unite_units
from groups.models import GroupCustomer, UnitMerger
from groups.views.acting import act_page, address, visible_unit
from hospital_crm.shell.toasts import say


@requires("groups.edit")
@require_GET
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one unit, the likeliest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return TemplateResponse(request, "groups/duplicates.html", {"pairs": candidates(actor)})


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def compare(request: HttpRequest, public_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponse:
    """Both side by side, field by field (GET); one is made of them (POST)."""
    kept, other = visible_unit(request, public_id), visible_unit(request, other_id)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        try:
            unite_units(kept, other, request.POST, actor=actor, now=timezone.now())
        except UnitError as refusal:
            say(request, str(refusal), late=True)
        else:
            say(request, _("The two units are one."))
            return redirect("groups:detail", kept.public_id)
    context = {"kept": kept, "other": other, "rows": _compared(kept, other), "counts": _hanging(kept, other)}
    return TemplateResponse(request, "groups/compare.html", context)


def _compared(kept: GroupCustomer, other: GroupCustomer) -> list[dict[str, Any]]:
    """Each field with both values; where the kept unit has none, the other's is proposed."""
    rows = []
    for name in FIELDS:
        left, right = _shown(kept, name), _shown(other, name)
        if left or right:
            label = GroupCustomer._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            rows.append(
                {"name": name, "label": label, "left": left, "right": right, "differs": left != right,
                 "takes_other": bool(right and not left)}
            )  # fmt: skip
    return rows


def _shown(unit: GroupCustomer, name: str) -> str:
    display = getattr(unit, f"get_{name}_display", None)
    value = display() if display else getattr(unit, name)
    return "" if value is None else str(value)


def _hanging(kept: GroupCustomer, other: GroupCustomer) -> list[tuple[str, int, int]]:
    """How much hangs on either."""
    return [
        (_("Contacts"), kept.contacts.count(), other.contacts.count()),
        (_("Contracts"), kept.contracts.count(), other.contracts.count()),
        (_("Members"), kept.members.count(), other.members.count()),
        (_("Visits and calls"), kept.visits.count(), other.visits.count()),
    ]


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, public_id: uuid.UUID, merger_id: int) -> HttpResponse:
    """Takes two units apart that were united."""
    group = visible_unit(request, public_id)
    merger = get_object_or_404(UnitMerger, group=group, pk=merger_id)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        None,
        lambda said: take_apart(merger, actor=actor, now=timezone.now()),
        title=_("Take the two units apart"),
        action=_("Take apart"),
        done=_("They are two units again."),
        back=address(group),
        text=_("What came from the second record goes back to it; what was added since stays here."),
    )
