"""The service centre's day: how much is open, late, unassigned, in the pool, and waiting for review."""

import datetime as dt
from dataclasses import dataclass

from followups.domain.holding import NOBODYS, POOL
from followups.models import FollowUpOrder, OrderState
from hospital_crm.tenancy.counts import whole_counts


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
    """Each number by the index of its own list, in one statement."""
    orders = FollowUpOrder.objects.all()
    working = orders.working()
    numbers = {
        "callable_now": working.filter(earliest_on__lte=today, latest_on__gte=today),
        "closing_today": working.filter(latest_on=today),
        "late": orders.late(today),
        "unassigned": working.filter(NOBODYS),
        "pool": working.filter(POOL),
        "duty": working.filter(is_duty_list=True),
        "returned": orders.filter(state=OrderState.RETURNED),
        "to_review": orders.filter(state=OrderState.SUBMITTED),
    }
    return Day(**dict(zip(numbers, whole_counts(*numbers.values()), strict=True)))
