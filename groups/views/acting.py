"""What the pages of one act share: a form that is a dialog where scripts run and a page where none do."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.access import get_visible_or_404
from groups.domain.errors import UnitError
from groups.models import GroupCustomer
from hospital_crm.shell.toasts import say

Act = Callable[[dict[str, Any]], Any]


def visible_unit(request: HttpRequest, public_id: uuid.UUID) -> GroupCustomer:
    """The unit of the address, if the actor may see it."""
    rows = GroupCustomer.objects.select_related("owner")
    return get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]


def act_page(
    request: HttpRequest,
    form: Any,
    act: Act,
    *,
    title: str,
    action: str,
    done: str,
    back: str,
    text: str = "",
    danger: bool = False,
) -> HttpResponse:
    """Asks (GET) or does (POST) one act and goes back; what is refused is said in the form."""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act(form.cleaned_data if form is not None else {})
        except UnitError as refusal:
            if form is None:
                say(request, str(refusal), late=True)
                return redirect(back)
            form.add_error(None, str(refusal))
        else:
            say(request, done)
            return redirect(back)
    context = {
        "form": form,
        "title": title,
        "action": action,
        "text": text,
        "danger": danger,
        "cancel_url": back,
        "url": request.get_full_path(),
    }
    refused = form is not None and bool(form.errors)
    return TemplateResponse(request, "groups/act.html", context, status=422 if refused else 200)


def address(group: GroupCustomer, name: str = "groups:detail") -> str:
    """A page of the unit."""
    return reverse(name, args=[group.public_id])


def bound(request: HttpRequest, form: type[forms.BaseForm], **given: Any) -> Any:
    """The form with what was sent, or empty."""
    return form(request.POST or None, **given)
