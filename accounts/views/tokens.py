"""Tokens of the API: asked for, decided, fetched once, revoked."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires, second_factor_first
from accounts.actors import Actor
from accounts.domain import tokens
from accounts.forms import TokenForm
from accounts.models import ApiToken
from hospital_crm.shell import chosen_acts
from hospital_crm.shell.acting import decided
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.keyset import Key, page_of

NEWEST = Key("id", int)


@requires("api.tokens", "security.rights")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """One's own tokens; for the security officer all of the hospital, those that wait for a decision first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    may_decide, now = actor.can("security.rights"), timezone.now()
    known = ApiToken.objects.visible_to(actor)
    page = page_of(
        known.exclude(state=ApiToken.State.ASKED) if may_decide else known,
        NEWEST,
        fetch=tokens.listed(actor),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "rows": page.rows,
        "page": page_urls(request, page),
        "waiting": tokens.listed(actor).filter(state="asked").order_by("id")[:50] if may_decide else [],
        "actor_staff": actor.staff,
        "chosen": chosen_acts.taken(request, under=reverse("accounts:tokens")),
        "may_ask": actor.can("api.tokens"),
        "schema": request.build_absolute_uri(reverse("api:schema")),
        "now": now,
    }
    return TemplateResponse(request, "accounts/tokens.html", context)


@requires("api.tokens")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """A system shall use the API in one's own name."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = TokenForm(request.POST or None, scopes=tokens.offered_scopes(actor))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = tokens.ask(**said, actor=actor, now=timezone.now())
        except tokens.TokenRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("%(name)s waits for the security officer.") % {"name": made.name})
            return redirect("accounts:tokens")
    context = {"form": form, "role": actor.role.display_name}
    return TemplateResponse(request, "accounts/token_ask.html", context, status=422 if form.errors else 200)


@requires("security.rights")
@require_POST
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Allows or refuses a token."""
    get_visible_or_404(ApiToken, request.actor, public_id=public_id)  # type: ignore[attr-defined]
    if elsewhere := second_factor_first(request):
        return elsewhere
    act = decided(request, "allow", "refuse")
    if not act:
        return redirect("accounts:tokens")
    is_allowed = act == "allow"
    said = _("Token for %(name)s allowed.") if is_allowed else _("Token for %(name)s refused.")
    return _settled(request, public_id, said, lambda token, actor: tokens.decide(
        token, is_allowed=is_allowed, actor=actor, now=timezone.now()
    ))  # fmt: skip


@requires("api.tokens", "security.rights")
@require_POST
def revoke(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Revokes a token for good."""
    said = _("Token for %(name)s revoked.")
    return _settled(
        request, public_id, said, lambda token, actor: tokens.revoke(token, actor=actor, now=timezone.now())
    )


@requires("api.tokens")
@require_POST
def secret(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The secret of an allowed token, shown this once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    token: ApiToken = get_visible_or_404(ApiToken, actor, public_id=public_id)
    if elsewhere := second_factor_first(request):
        return elsewhere
    try:
        issued = tokens.fetch_secret(token, actor=actor, now=timezone.now())
    except tokens.TokenRefused as refusal:
        say(request, str(refusal), late=True)
        return redirect("accounts:tokens")
    address = request.build_absolute_uri(reverse("api:token"))
    head = (f"GET {address}", "Authorization: Bearer …")
    answer = TemplateResponse(request, "accounts/token_secret.html", {"token": token, "secret": issued, "head": head})
    answer["Cache-Control"] = "no-store"
    return answer


def _settled(
    request: HttpRequest, public_id: uuid.UUID, said: str, work: Callable[[ApiToken, Actor], ApiToken]
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    token: ApiToken = get_visible_or_404(ApiToken, actor, public_id=public_id)
    try:
        say(request, said % {"name": work(token, actor).name})
    except tokens.TokenRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("accounts:tokens")
