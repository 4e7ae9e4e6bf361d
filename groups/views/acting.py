"""What the pages of one act on a unit share."""

import uuid
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from accounts import access
from groups.domain.errors import UnitError
from groups.domain.merging import kept_for
from groups.models import GroupCustomer
from hospital_crm.shell import acting


def visible_unit(request: HttpRequest, public_id: uuid.UUID) -> GroupCustomer:
    """The unit of the address, if the actor may see it."""
    rows = GroupCustomer.objects.select_related("owner")
    return access.get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]


leads_on = access.leads_on(GroupCustomer.objects.all, kept_for, "groups:detail")
act_page = partial(acting.act_page, refusals=UnitError)


def address(group: GroupCustomer, name: str = "groups:detail") -> str:
    """A page of the unit."""
    return reverse(name, args=[group.public_id])


def bound(request: HttpRequest, form: type[forms.BaseForm], **given: Any) -> Any:
    """The form with what was sent, or empty."""
    return form(request.POST or None, **given)
