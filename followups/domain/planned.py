"""What planning has made of some stays, told in numbers to whoever brought them in."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from followups.domain.openings import BEFORE_START, last_occurrence
from followups.domain.planning import before_start, first_discharge_followed, too_old, waiting_stays
from followups.domain.protocols import published
from followups.models import FollowUpOrder, OrderState, ProtocolStep, Tier, TierAssignment
from patients.models import Encounter


@dataclass(frozen=True)
class Planned:
    """`tiers`: label of each tier and how many stays have it; `orders`: how many orders were planned for the stays,
    without steps that were over before planning began; `waiting`: stays that planning has still to look at; `too_old`:
    stays that nobody follows because every step was over; `before_start`: because they ended before `start_on`, the
    first discharge that the hospital follows. `last_days`: label of each tier and the last day after discharge of its
    steps that end by themselves.
    """

    tiers: list[tuple[Any, int]]
    orders: int
    waiting: int
    too_old: int
    before_start: int
    start_on: dt.date | None
    last_days: list[tuple[Any, int]]


def planned_of(stays: QuerySet[Encounter], *, on: dt.date) -> Planned:
    """Of these stays as they are on day `on`."""
    ids = stays.values("pk")
    decided = TierAssignment.objects.filter(encounter__in=ids, is_current=True)
    numbers = dict(decided.values_list("tier").annotate(n=Count("pk")).order_by())
    orders = FollowUpOrder.objects.filter(run__encounter__in=ids)
    return Planned(
        tiers=[(tier.label, numbers.get(tier.value, 0)) for tier in Tier],
        orders=orders.exclude(state=OrderState.VOID, state_reason=BEFORE_START).count(),
        waiting=waiting_stays(on).filter(pk__in=ids).count(),
        too_old=too_old(stays).count(),
        before_start=before_start(stays).count(),
        start_on=first_discharge_followed(),
        last_days=_last_days(),
    )


def _last_days() -> list[tuple[Any, int]]:
    last: dict[str, int] = {}
    for step in ProtocolStep.objects.filter(protocol=published(), condition=ProtocolStep.Condition.ALWAYS):
        if step.repeats_every is None or step.repeat_until is not None:
            day = step.latest_days + (last_occurrence(step) - 1) * (step.repeats_every or 0)
            last[step.tier] = max(day, last.get(step.tier, 0))
    return [(tier.label, last[tier.value]) for tier in Tier if tier.value in last]
