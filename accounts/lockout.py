"""Five failures lock an account for 15 minutes. django-axes counts; here is who is meant and what he is told."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def username(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str | None:
    """The account a try is for, in lower case. allauth passes it in the credentials, its form posts `login`."""
    name = (credentials or {}).get("username")
    if name is None and request is not None:
        name = request.POST.get("login")
        if name is None and request.user.is_authenticated:
            name = request.user.get_username()
    return name.strip().lower() if name else None


def locked_out(
    request: HttpRequest, original_response: object = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """429 with what to do. The page is the same whether the account exists or not."""
    return render(request, "account/locked_out.html", status=429)
