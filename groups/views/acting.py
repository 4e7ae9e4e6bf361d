"""What the pages of one act on a unit share."""

import uuid
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import NotVisible, get_visible_or_404
from groups.domain.errors import UnitError
from groups.domain.merging import kept_for
from groups.models import GroupCustomer
from hospital_crm.shell import acting


def visible_unit(request: HttpRequest, public_id: uuid.UUID) -> GroupCustomer:
    """The unit of the address, if the actor may see it."""
    rows = GroupCustomer.objects.select_related("owner")
    return get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]


def leads_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What is read of a unit that was united with another leads to the one that was kept."""

    @wraps(view)
    def leading(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
        try:
            return view(request, public_id)
        except NotVisible:
            kept = kept_for(public_id)
            seen = GroupCustomer.objects.visible_to(request.actor)  # type: ignore[attr-defined]
            if request.method != "GET" or kept is None or not seen.filter(public_id=kept).exists():
                raise
            return redirect("groups:detail", kept)

    return leading


act_page = partial(acting.act_page, refusals=UnitError)


def address(group: GroupCustomer, name: str = "groups:detail") -> str:
    """A page of the unit."""
    return reverse(name, args=[group.public_id])


def bound(request: HttpRequest, form: type[forms.BaseForm], **given: Any) -> Any:
    """The form with what was sent, or empty."""
    return form(request.POST or None, **given)
