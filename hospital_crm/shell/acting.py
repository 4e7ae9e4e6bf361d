"""What pages of one act share: a form that is a dialog where scripts run and a page where none do."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from hospital_crm.shell.toasts import say


def decided(request: HttpRequest, *acts: str) -> str:
    """Which act of a form with several buttons was chosen; '' where none was, which is said on the next page."""
    act = request.POST.get("act", "")
    if act in acts:
        return act
    say(request, _("Nothing was decided: choose what is to become of it."), late=True)
    return ""


def act_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    refusals: type[Exception] | tuple[type[Exception], ...],
    title: Any,
    action: Any,
    done: Any,
    back: str,
    text: Any = "",
    note: str = "",
    facts: Sequence[tuple[Any, Any]] = (),
    facts_each: Sequence[tuple[Any, Sequence[tuple[Any, Any]]]] = (),
    danger: bool = False,
    landing: Callable[[Any], str] | None = None,
    undo_url: str = "",
) -> HttpResponse:
    """Asks (GET) or does (POST) one act and goes back, or where `landing` says by what the act has answered; what is
    refused is said in the form, beside the field that a refusal names as its `field`. `form` is None for an act that
    asks for nothing: then a refusal is said on the page one goes back to. `done` may be worked out from the answer
    too; `undo_url` is where it is taken back. `facts`: what is decided on, as label and value; `facts_each`:
    the same of several things, under the name of each.
    """
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            answer = act(form.cleaned_data if form is not None else {})
        except refusals as refusal:
            if form is None:
                say(request, str(refusal), late=True)
                return redirect(back)
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, str(refusal))
        else:
            say(request, done(answer) if callable(done) else done, undo_url=undo_url)
            return redirect(landing(answer) if landing else back)
    context = {
        "form": form,
        "title": title,
        "action": action,
        "text": text,
        "note": note,
        "facts": facts,
        "facts_each": facts_each,
        "danger": danger,
        "cancel_url": back,
    }
    refused = form is not None and bool(form.errors)
    return TemplateResponse(request, "act.html", context, status=422 if refused else 200)
