"""The page of the words by which the hospital asks for consents: what is asked with, and one more version."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from hospital_crm.shell.toasts import say
from patients.consent_forms import WordingForm
from patients.domain import wordings
from patients.models import Consent


@requires("patients.label_rules", "admin.organisation")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The texts of each purpose, the hospital's former versions, and the form of another one."""
    form = WordingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {name: form.cleaned_data[name] for name in ("purpose", "version")}
        try:
            wordings.publish(texts=form.texts, actor=request.actor, now=timezone.now(), **said)  # type: ignore[attr-defined]
        except wordings.WordingError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Published. Consents from now on name this version."))
            return redirect("patients:wordings")
    present = wordings.present_wordings(translation.get_language() or "")
    context = {
        "form": form,
        "now": timezone.now(),
        "present": [(Consent.Purpose(purpose).label, one) for purpose, one in present.items()],
        "own": wordings.published_wordings(),
    }
    return TemplateResponse(request, "patients/wordings.html", context, status=422 if form.errors else 200)
