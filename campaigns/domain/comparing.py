"""Campaigns that have started, with what arrived and what people did, in a few statements for all of them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from accounts.actors import Actor
from campaigns.domain import effect
from campaigns.domain.effect import Effect
from campaigns.models import Campaign
from messaging.models import Message

MOST = 12


@dataclass(frozen=True)
class Line:
    """One campaign: how many of its messages left, arrived or failed, and its effect."""

    campaign: Campaign
    left: int
    delivered: int
    failed: int
    effect: Effect


def compared(actor: Actor, *, now: dt.datetime, kind: str = "", channel: str = "") -> list[Line]:
    """The last campaigns that started, the youngest first."""
    rows = Campaign.objects.visible_to(actor).filter(started_at__isnull=False, occasion="")
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(channel=channel) if channel else rows
    found = list(rows.order_by("-started_at", "-pk")[:MOST])
    states = _states([one.batch for one in found])
    effects = effect.effects_of(found, now=now)
    return [
        Line(
            one,
            left=sum(states.get((one.batch, state), 0) for state in ("handed_over", "delivered", "failed", "unknown")),
            delivered=states.get((one.batch, "delivered"), 0),
            failed=states.get((one.batch, "failed"), 0),
            effect=effects[one.pk],
        )
        for one in found
    ]


def _states(batches: list[str]) -> dict[tuple[str, str], int]:
    rows = Message.objects.filter(batch__in=batches).order_by().values_list("batch", "state").annotate(n=Count("pk"))
    return {(batch, state): n for batch, state, n in rows}
