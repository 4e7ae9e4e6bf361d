"""Where records that may be one person wait for a decision: pairs found by comparing, and what upper apps have met.

There is one entrance for all of them; each page shows the others beside itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.actors import Actor
from hospital_crm.tenancy.counts import capped_counts


@dataclass(frozen=True)
class PairQueue:
    """One queue: what it is called, where it is, who may decide, and what waits there."""

    label: Any
    url_name: str
    capability: str
    waiting: Callable[[Actor], QuerySet]


_queues: list[PairQueue] = []


def register(queue: PairQueue) -> None:
    """Adds a queue; called from an app's wiring."""
    if queue not in _queues:
        _queues.append(queue)


def queues_of(actor: Actor) -> list[PairQueue]:
    """Those in which the actor may decide."""
    return [queue for queue in _queues if actor.can(queue.capability)]


def waiting(actor: Actor) -> tuple[QuerySet, ...]:
    """What waits in all of them."""
    return tuple(queue.waiting(actor) for queue in queues_of(actor))


def chips(actor: Actor, here: str) -> list[dict[str, Any]]:
    """The queues as chips, the one at `here` (its URL name) chosen; none where there is only one."""
    found = queues_of(actor)
    if len(found) < 2:
        return []
    counts = capped_counts(*(queue.waiting(actor) for queue in found))
    return [
        {"label": queue.label, "url": reverse(queue.url_name), "count": count, "is_on": queue.url_name == here}
        for queue, count in zip(found, counts, strict=True)
    ]
