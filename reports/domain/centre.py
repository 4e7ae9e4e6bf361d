"""The service centre's day: how much is open, late, unassigned, in the pool, and waiting for review."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from followups.domain.holding import POOL
from followups.models import WORKING, AssigneeRole, FollowUpOrder, OrderState


@dataclass(frozen=True)
class Day:
    """Numbers of orders as they stand now."""

    callable_now: int
    closing_today: int
    late: int
    unassigned: int
    pool: int
    duty: int
    returned: int
    to_review: int


def day(today: dt.date) -> Day:
    """One pass over the open orders of the hospital."""
    working = Q(state__in=WORKING)
    unassigned = working & Q(assignee__isnull=True) & ~Q(assignee_role=AssigneeRole.CENTRE)
    counts = FollowUpOrder.objects.open().aggregate(
        callable_now=Count("pk", filter=working & Q(earliest_on__lte=today, latest_on__gte=today)),
        closing_today=Count("pk", filter=working & Q(latest_on=today)),
        late=Count("pk", filter=working & Q(latest_on__lt=today)),
        unassigned=Count("pk", filter=unassigned),
        pool=Count("pk", filter=working & POOL),
        duty=Count("pk", filter=working & Q(is_duty_list=True)),
        returned=Count("pk", filter=Q(state=OrderState.RETURNED)),
        to_review=Count("pk", filter=Q(state=OrderState.SUBMITTED)),
    )
    return Day(**counts)
