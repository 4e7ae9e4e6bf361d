"""Two workers at once: everything is told once, and nothing is open while it leaves."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.webhooks import delivering
from integrations.domain.webhooks.calling import Answer
from integrations.models import WebhookDelivery
from tests.integrations.factories import WebhookDeliveryFactory, WebhookEndpointFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
NOW = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)


def in_another_thread(work: Callable[[], Any]) -> threading.Thread:
    """Runs `work` on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_two_workers_tell_everything_once(north: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the cache is away, so that nobody hears of the other's turn."""
    monkeypatch.setattr(delivering.cache, "add", lambda *args: True)
    with hospital_scope(north):
        endpoint = WebhookEndpointFactory()
        WebhookDeliveryFactory.create_batch(30, endpoint=endpoint, state="planned", not_before=NOW)
    got: list[str] = []

    def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        got.append(headers["CRM-Delivery"])
        return Answer(204)

    threads = [
        in_another_thread(lambda: delivering.deliver_due(north, clock=lambda: NOW, post=post)) for _worker in range(2)
    ]
    for thread in threads:
        thread.join(timeout=60)
    assert (len(got), len(set(got))) == (30, 30)
    with hospital_scope(north):
        assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("delivered", 1)}


def test_claim_is_committed_before_anything_leaves(north: Hospital) -> None:
    with hospital_scope(north):
        WebhookDeliveryFactory(state="planned", not_before=NOW)
    seen: list[tuple[str, bool]] = []

    def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        inside = connection.in_atomic_block

        def look() -> None:
            with hospital_scope(north):
                seen.append((WebhookDelivery.objects.get().state, inside))

        in_another_thread(look).join(timeout=20)
        return Answer(204)

    delivering.deliver_due(north, clock=lambda: NOW, post=post)
    assert seen == [("claimed", False)]
