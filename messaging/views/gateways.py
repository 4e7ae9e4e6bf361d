"""Accounts of gateways: entered, changed, tried; what the console has stored."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
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
from hospital_crm.tenancy.scope import required_hospital
from hospital_crm.tenancy.urls import hospital_url
from messaging import gateways
from messaging.domain import gateway_accounts as domain
from messaging.domain.gateway_accounts import AccountRefused
from messaging.gateway_forms import AccountForm, TrialForm
from messaging.gateways.listeners import LISTENERS
from messaging.models import GatewayAccount, GatewayTrial, MailboxWatch, Message, Reason

NEWEST = Key("id", int)
TRIALS = 10


@requires("admin.organisation")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every account, and the kinds of which one may be entered."""
    accounts = list(GatewayAccount.objects.order_by("channel", "-is_active", "name"))
    latest = GatewayTrial.objects.filter(account__in=accounts).order_by("account_id", "-pk").distinct("account_id")
    trials = {trial.account_id: trial for trial in latest}
    watches = {watch.account_id: watch for watch in MailboxWatch.objects.filter(account__in=accounts)}
    for account in accounts:
        account.kind_label = gateways.KINDS[account.kind].label if account.kind in gateways.KINDS else account.kind
        account.trial = trials.get(account.pk)
        account.mailbox = watches.get(account.pk)
    context = {"accounts": accounts, "kinds": list(gateways.KINDS.values()), "now": timezone.now()}
    return TemplateResponse(request, "messaging/gateways.html", context)


@requires("admin.organisation")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """An account of the kind in the address is entered; the secret for its receipts is shown this once."""
    kind = gateways.KINDS.get(request.GET.get("kind", ""))
    if kind is None:
        return redirect("messaging:gateways")
    form = AccountForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            account, secret = domain.enter(kind, form.cleaned_data, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
        except AccountRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _entered(request, account, secret)
    context = {"form": form, "account": None, "kind": kind}
    return TemplateResponse(request, "messaging/gateway.html", context, status=422 if form.errors else 200)


@requires("admin.organisation")
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One account with its tests."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: GatewayAccount = get_visible_or_404(GatewayAccount, actor, public_id=public_id)
    kind = gateways.KINDS.get(found.kind)
    if kind is None:
        raise Http404
    form = AccountForm(request.POST or None, kind=kind, account=found)
    if request.method == "POST" and form.is_valid():
        try:
            domain.change(found, form.cleaned_data, actor=actor, now=timezone.now())
        except AccountRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Saved."))
            return redirect("messaging:gateway", found.public_id)
    trials = GatewayTrial.objects.filter(account=found).select_related("asked_by").order_by("-pk")[:TRIALS]
    context = {
        "form": form,
        "account": found,
        "kind": kind,
        "own_address": domain.own_address(kind, actor),
        "trial_form": None if kind.own_address else TrialForm(),
        "listens": found.kind in LISTENERS,
        "trials": trials,
        "mailbox": MailboxWatch.objects.filter(account=found).first(),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/gateway.html", context, status=422 if form.errors else 200)


@requires("admin.organisation")
@require_POST
def try_out(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Sends a test to whoever asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: GatewayAccount = get_visible_or_404(GatewayAccount, actor, public_id=public_id)
    form = TrialForm(request.POST)
    address = form.cleaned_data["address"] if form.is_valid() else ""
    try:
        domain.ask_trial(found, address, actor=actor, now=timezone.now())
        say(request, _("A test is on its way; what came of it stands below."))
    except AccountRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("messaging:gateway", found.public_id)


@requires("admin.organisation")
@require_POST
def secret(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Another secret for receipts, shown this once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: GatewayAccount = get_visible_or_404(GatewayAccount, actor, public_id=public_id)
    return _shown(request, found, domain.renew_receipt_secret(found, actor=actor))


@requires("admin.organisation")
@require_GET
def console(request: HttpRequest) -> HttpResponse:
    """What would have gone out: messages that were only stored, because nothing is set up for their channel."""
    rows = Message.objects.filter(state="handed_over", reason=Reason.STORED_ONLY)
    page = page_of(
        rows,
        NEWEST,
        fetch=Message.objects.all(),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {"rows": page.rows, "page": paging.page_urls(request, page), "now": timezone.now()}
    return TemplateResponse(request, "messaging/console.html", context)


def _entered(request: HttpRequest, account: GatewayAccount, secret: str) -> HttpResponse:
    """Where the provider tells of receipts; a kind that tells of none needs no secret."""
    if account.kind in LISTENERS:
        return _shown(request, account, secret)
    say(request, _("Saved."))
    return redirect("messaging:gateway", account.public_id)


def _shown(request: HttpRequest, account: GatewayAccount, secret: str) -> HttpResponse:
    listener = LISTENERS.get(account.kind)
    arguments = (account.public_id,) if listener and listener.is_signed else (account.public_id, secret)
    name = "messaging:heard" if listener and listener.is_signed else "messaging:heard-secret"
    context = {
        "account": account,
        "secret": secret if listener and listener.is_signed else "",
        "address": hospital_url(required_hospital(), name, *arguments),
    }
    answer = TemplateResponse(request, "messaging/gateway_secret.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
