"""Five failures lock an account for 15 minutes. django-axes counts; here is who is meant, what he is told, and the row
that each failure leaves.
"""

import datetime as dt
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import LoginFailure
from hospital_crm.rates import this_minute

REFUSED_TOKENS_PER_MINUTE = 10


def username(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str | None:
    """The account a try is for, in lower case. allauth passes it in the credentials, its form posts `login`."""
    name = (credentials or {}).get("username")
    if name is None and request is not None:
        name = request.POST.get("login")
        if name is None and request.user.is_authenticated:
            name = request.user.get_username()
    return name.strip().lower() if name else None


def address_of(request: HttpRequest) -> str | None:
    """The network address a try comes from; None where the server does not say."""
    try:
        return get_adapter(request).get_client_ip(request) or None
    except PermissionDenied:
        return None


def note_failure(request: HttpRequest, name: str, reason: str) -> None:
    """One row: somebody or something was not let in. Never what was tried."""
    LoginFailure.objects.create(username=name[:60], ip_address=address_of(request), reason=reason)


def note_refused_token(request: HttpRequest, *, now: dt.datetime) -> None:
    """A row for a secret of the API that opens nothing, so many a minute for one address: who guesses is on record and
    does not fill the table.
    """
    if this_minute(f"api:refused:{address_of(request)}", now) <= REFUSED_TOKENS_PER_MINUTE:
        note_failure(request, "", "token")


def locked_out(
    request: HttpRequest, original_response: object = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """429 with what to do. The page is the same whether the account exists or not."""
    return render(request, "account/locked_out.html", status=429)
