"""Every kind of link without log-in: opening it changes nothing, whoever or whatever opens it."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts import public_links
from accounts.domain.public_links import ensure
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import AwaitedConsent, Patient
from tests.walks.rows import fill, fingerprint

pytestmark = [pytest.mark.tenancy, pytest.mark.timeout(300)]

# Which rows a kind leads to, so that it is answered.
ROWS = {
    "preferences": lambda: Patient.objects.filter(contact_state="open"),
    "consent": lambda: AwaitedConsent.objects.filter(ended_at__isnull=True, waits_for="link"),
}


def test_every_kind_is_walked() -> None:
    assert set(public_links.codes()) == set(ROWS)


def test_opening_a_link_changes_nothing(north: Hospital) -> None:
    fill(north)
    with hospital_scope(north):
        tokens = {
            code: ensure(code, rows().order_by("pk").values_list("pk", flat=True)[:1], now=timezone.now())
            for code, rows in ROWS.items()
        }
    addresses = [f"/l/{token}/" for found in tokens.values() for token in found.values()]
    before = fingerprint()
    for address in addresses:
        for client in (Client(), Client(headers={"user-agent": "SafeLinks preview"})):
            assert [client.get(address).status_code, client.head(address).status_code] == [200, 200]
    after = fingerprint()
    assert (len(addresses), [name for name in after if after[name] != before[name]]) == (
        len(ROWS),
        ["accounts_publiclinkopening"],
    )
