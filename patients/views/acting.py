"""What pages of one act share: a form that is a dialog where scripts run and a page where none do."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from hospital_crm.shell.toasts import say


def act_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    refusals: type[Exception],
    title: Any,
    action: Any,
    done: Any,
    back: str,
    text: Any = "",
    name: str = "",
    danger: bool = False,
) -> HttpResponse:
    """Asks (GET) or does (POST) one act and goes back; what is refused is said in the form."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except refusals as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, done)
            return redirect(back)
    context = {
        "form": form,
        "title": title,
        "action": action,
        "text": text,
        "name": name,
        "back": back,
        "danger": danger,
    }
    return TemplateResponse(request, "patients/ending.html", context, status=422 if form.errors else 200)
