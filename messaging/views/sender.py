"""What the names of the sender say, the words that must not be read on a locked screen, the rules of sending."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires
from hospital_crm.shell.toasts import say
from messaging import sender_words
from messaging.domain import sender_checks, sending_rules, telling_words
from messaging.domain.sender_checks import CheckRefused
from messaging.gateway_forms import RulesForm, WordsForm
from messaging.models import TellingWords


@requires("admin.organisation")
@require_GET
def sender(request: HttpRequest) -> HttpResponse:
    """The last check, line by line, with what is to be done."""
    last = sender_checks.last()
    findings = [sender_words.line(one) for one in last.findings] if last else []
    context = {
        "sender": sender_checks.sender_in_use(),
        "last": last,
        "findings": findings,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/sender.html", context)


@requires("admin.organisation")
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Asks anew."""
    try:
        sender_checks.ask(actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
        say(request, _("The names are being asked for; open this page again in a moment."))
    except CheckRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("messaging:sender")


@requires("admin.organisation")
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """The shipped list, and what the hospital adds and takes off."""
    own = TellingWords.objects.first()
    initial = {name: "\n".join(getattr(own, name)) for name in ("added", "taken_off")} if own else {}
    form = WordsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        telling_words.change(
            added=form.cleaned_data["added"].splitlines(),
            taken_off=form.cleaned_data["taken_off"].splitlines(),
            actor=request.actor,  # type: ignore[attr-defined]
        )
        say(request, _("Saved."))
        return redirect("messaging:words")
    context = {"form": form, "shipped": telling_words.shipped()}
    return TemplateResponse(request, "messaging/words.html", context, status=422 if form.errors else 200)


@requires("admin.organisation")
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """When an address is stopped, and whether readings are written down."""
    own = sending_rules.rules_here()
    form = RulesForm(request.POST or None, initial={name: getattr(own, name) for name in RulesForm.base_fields})
    if request.method == "POST" and form.is_valid():
        sending_rules.change(**form.cleaned_data, actor=request.actor)  # type: ignore[attr-defined]
        say(request, _("Saved."))
        return redirect("messaging:rules")
    return TemplateResponse(request, "messaging/rules.html", {"form": form}, status=422 if form.errors else 200)
