"""What is told: a row for each receiver, in the transaction of the fact itself; sent after the commit."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from accounts.outside import Fact, Item
from hospital_crm.tenancy.queue import queue_on_commit
from integrations.models import WebhookDelivery, WebhookEndpoint

TASK = "integrations.deliver_webhooks"
QUEUE = "webhooks"  # of its own: a receiver that is slow holds up nothing else
TEST = "test"
AT_ONCE = 100


def tell(fact: Fact, said: Mapping[str, Any]) -> None:
    """Plans the telling of a fact to every receiver that chose it; many items in several tellings."""
    receivers = list(WebhookEndpoint.objects.filter(is_active=True, facts__contains=[fact.name]))
    if receivers:
        plan(receivers, fact.name, list(fact.items(said)), now=timezone.now())


def plan(receivers: Sequence[WebhookEndpoint], fact: str, items: Sequence[Item], *, now: dt.datetime) -> None:
    """The rows of a telling, and the worker."""
    parts = [list(items[first : first + AT_ONCE]) for first in range(0, len(items), AT_ONCE)]
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(endpoint=one, fact=fact, items=part, created_at=now, not_before=now, state_at=now)
        for one in receivers
        for part in parts
    )
    if parts:
        queue_on_commit(TASK, queue=QUEUE)
