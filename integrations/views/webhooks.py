"""Webhooks on one page; one with what was sent to it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from hospital_crm.shell import paging
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.keyset import Key, page_of
from integrations.domain.webhooks import receivers
from integrations.domain.webhooks.receivers import WebhookRefused
from integrations.forms import WebhookForm
from integrations.models import WebhookDelivery, WebhookEndpoint

FORMULA = 'CRM-Signature: t=…,v1=HMAC-SHA256(secret, t + "." + body)'
NEWEST = Key("id", int)
STATES = WebhookDelivery.State


@requires("integrations.mappings")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every receiver: what it is told, what waits, what was given up."""
    context = {"receivers": receivers.health_of_receivers(), "now": timezone.now()}
    return TemplateResponse(request, "integrations/webhooks.html", context)


@requires("integrations.mappings")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """A receiver is entered; its secret is shown this once."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, issued = receivers.enter(form.cleaned_data, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
        except WebhookRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _shown(request, endpoint, issued)
    context = {"form": form, "webhook": None}
    return TemplateResponse(request, "integrations/webhook.html", context, status=422 if form.errors else 200)


@requires("integrations.mappings")
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where a receiver is and what it is told, and what was sent to it, newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: WebhookEndpoint = get_visible_or_404(WebhookEndpoint, actor, public_id=public_id)
    form = WebhookForm(request.POST or None, endpoint=found)
    if request.method == "POST" and form.is_valid():
        try:
            receivers.change(found, form.cleaned_data, actor=actor, now=timezone.now())
        except WebhookRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Saved."))
            return redirect("integrations:webhook", found.public_id)
    context = {"form": form, "webhook": found, **_sent(request, found), "now": timezone.now()}
    return TemplateResponse(request, "integrations/webhook.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest, endpoint: WebhookEndpoint) -> dict[str, object]:
    """What was sent to a receiver, in one state or all."""
    asked = request.GET.get("state", "")
    state = asked if asked in STATES.values else ""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint)
    page = page_of(
        rows.filter(state=state) if state else rows,
        NEWEST,
        fetch=WebhookDelivery.objects.all(),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    chips = [
        {"label": label, "is_on": code == state, "url": f"?{paging.query(request, state=code)}"}
        for code, label in [("", _("All")), *STATES.choices]
    ]
    return {"rows": page.rows, "page": paging.page_urls(request, page), "chips": chips}


@requires("integrations.mappings")
@require_POST
def secret(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Another secret, shown this once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: WebhookEndpoint = get_visible_or_404(WebhookEndpoint, actor, public_id=public_id)
    return _shown(request, found, receivers.renew_secret(found, actor=actor))


@requires("integrations.mappings")
@require_POST
def try_out(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Sends nothing, to see whether it arrives."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: WebhookEndpoint = get_visible_or_404(WebhookEndpoint, actor, public_id=public_id)
    try:
        receivers.try_out(found, actor=actor, now=timezone.now())
        say(request, _("A test is on its way; what came of it stands below."))
    except WebhookRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("integrations:webhook", found.public_id)


@requires("integrations.mappings")
@require_POST
def again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Sends something once more."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = WebhookDelivery.objects.select_related("endpoint")
    found: WebhookDelivery = get_visible_or_404(rows, actor, public_id=public_id)
    try:
        receivers.send_again(found, actor=actor, now=timezone.now())
        say(request, _("It is sent again."))
    except WebhookRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("integrations:webhook", found.endpoint.public_id)


def _shown(request: HttpRequest, endpoint: WebhookEndpoint, issued: str) -> HttpResponse:
    context = {"webhook": endpoint, "secret": issued, "formula": FORMULA}
    answer = TemplateResponse(request, "integrations/webhook_secret.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
