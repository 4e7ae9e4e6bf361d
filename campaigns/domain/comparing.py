"""Campaigns that have started, with what arrived and what people did, in a few statements for all of them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from accounts.actors import Actor
from campaigns.domain import effect, occasions
from campaigns.domain.effect import Effect
from campaigns.domain.sendings import Came
from campaigns.models import Campaign, Greeting
from messaging.models import Message
from patients.models import Segment

MOST = 12
MOST_STEPS = 200


@dataclass(frozen=True)
class Line:
    """One campaign: how many of its messages left, arrived or failed, and its effect."""

    campaign: Campaign
    left: int
    arrived: int
    failed: int
    effect: Effect


@dataclass(frozen=True)
class Step:
    """A step of a journey: how many were written to, and how many messages arrived."""

    campaign: Campaign
    greeted: int
    arrived: int


def compared(actor: Actor, *, now: dt.datetime, kind: str = "", channel: str = "") -> list[Line]:
    """The last campaigns that started, the youngest first."""
    rows = Campaign.objects.visible_to(actor).filter(started_at__isnull=False, occasion="")
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(channel=channel) if channel else rows
    found = list(rows.order_by("-started_at", "-pk")[:MOST])
    effects, sent = effect.effects_of(found, now=now), _sent(found)
    return [
        Line(
            one,
            left=sent[one.pk].left,
            arrived=sent[one.pk].arrived(one.channel),
            failed=sent[one.pk].failed,
            effect=effects[one.pk],
        )
        for one in found
    ]


def _sent(campaigns: list[Campaign]) -> dict[int, Came]:
    """What became of their messages: as kept of those that are over, else as it is now."""
    kept = {one.pk: came for one in campaigns if (came := effect.sent_of(one))}
    rows = Message.objects.filter(batch__in=[one.batch for one in campaigns if one.pk not in kept]).order_by()
    now: dict[str, dict[tuple[str, str], int]] = {}
    for batch, state, reason, n in rows.values_list("batch", "state", "reason").annotate(n=Count("pk")):
        now.setdefault(batch, {})[state, reason] = n
    return {one.pk: kept.get(one.pk) or Came(now.get(one.batch, {})) for one in campaigns}


def journeys(actor: Actor) -> list[tuple[Segment, list[Step]]]:
    """Segments with campaigns that stand for days in them, and these in the order of their days; what was cancelled is
    no step any more.
    """
    rows = Campaign.objects.visible_to(actor).filter(occasion=occasions.JOURNEY, segment__isnull=False)
    open_rows = rows.exclude(state=Campaign.State.CANCELLED).select_related("segment")
    found = list(open_rows.order_by("segment_id", "occasion_number", "pk")[:MOST_STEPS])
    sent = _sent(found)
    written = Greeting.objects.written().filter(campaign__in=found).order_by().values_list("campaign_id")
    greeted = dict(written.annotate(n=Count("pk")))
    grouped: dict[Segment, list[Step]] = {}
    for one in found:
        step = Step(one, greeted.get(one.pk, 0), sent[one.pk].arrived(one.channel))
        grouped.setdefault(one.segment, []).append(step)
    return list(grouped.items())
