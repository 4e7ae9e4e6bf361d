"""How tests sign in by the form of the entrance."""

from typing import Any

from django.test import Client

from tests.accounts.factories import PASSWORD

LOGIN = "/accounts/login/"
WRONG = "Wrong-gate-2026"


def sign_in(client: Client, username: str, password: str = PASSWORD, path: str = LOGIN, **extra: str) -> Any:
    """The answer to name and password."""
    return client.post(path, {"login": username, "password": password, **extra})


def is_signed_in(client: Client) -> bool:
    """Whether the browser holds a session of somebody."""
    return "_auth_user_id" in client.session
