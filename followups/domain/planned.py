"""What planning has made of some stays, told in numbers to whoever brought them in."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from followups.domain.openings import BEFORE_START
from followups.domain.planning import waiting_stays
from followups.models import FollowUpOrder, OrderState, Tier, TierAssignment
from patients.models import Encounter


@dataclass(frozen=True)
class Planned:
    """`tiers`: label of each tier and how many stays have it; `orders`: how many orders were planned for the stays,
    without steps that were over before planning began; `waiting`: stays that planning has still to look at.
    """

    tiers: list[tuple[Any, int]]
    orders: int
    waiting: int


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
    )
