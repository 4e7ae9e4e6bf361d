"""Activating a second factor through the pages, with real commits: what happens after them is part of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import Client

from accounts.models import AuditEvent, Hospital, PlatformEvent, User
from hospital_crm.tenancy.scope import APP_ROLE, hospital_scope
from tests.accounts.factories import PASSWORD, UserFactory
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def as_served() -> Iterator[None]:
    """The database's log-in is the serving role, as in production, so that what is left outside a scope shows."""
    with connection.cursor() as cursor:
        cursor.execute(f"set role {APP_ROLE}")
        try:
            yield
        finally:
            cursor.execute("reset role")


def activate(client: Client, user: User, base: str) -> int:
    """Signs in and sets an authenticator up as the page asks; the status of the answer."""
    client.post(f"{base}accounts/login/", {"login": user.username, "password": PASSWORD})
    path = f"{base}accounts/2fa/totp/activate/"
    secret = re.search(r"\b[A-Z2-7]{32}\b", client.get(path).content.decode())
    assert secret is not None
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret.group(), counter))
    return client.post(path, {"code": code}).status_code


@pytest.mark.parametrize("role", ["hospital_admin", "security_officer", "auditor"])
def test_an_administrator_activates_it_and_it_is_on_record(
    cast: Cast, north: Hospital, client: Client, role: str
) -> None:
    staff = cast.holding(role)
    with hospital_scope(north):
        Authenticator.objects.filter(user=staff.user).delete()
    with as_served():
        status = activate(client, staff.user, "/north/")
    with hospital_scope(north):
        made = list(AuditEvent.objects.filter(verb="accounts.second_factor.add").values_list("staff_id", "detail"))
    held = Authenticator.objects.filter(user=staff.user, type="totp").count()
    assert (status, held, (staff.pk, {"type": "totp"}) in made) == (302, 1, True)


def test_so_does_an_operator(client: Client, db: None) -> None:
    operator = UserFactory(username="op", is_operator=True)
    with as_served():
        status = activate(client, operator, "/")
    verbs = set(PlatformEvent.objects.values_list("verb", flat=True))
    assert (status, "platform.second_factor.add" in verbs) == (302, True)
