"""How often the people of a page of orders were tried, and how often they are to be tried at least."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from followups.domain.calls import is_unbound, last_called_each, tried_parts_each, unreached_days_each
from followups.domain.lost import least_demanded
from followups.models import FollowUpOrder, ProtocolStep


@dataclass(frozen=True)
class Tries:
    """`days`: on how many days somebody called and reached nobody, in these `parts` of the day; `demanded`: on how many
    days the person is to be called at least, told where it is more than that; `may_today`: whether the person may be
    called (again) today.
    """

    days: int = 0
    parts: frozenset[str] = frozenset()
    demanded: int = 0
    may_today: bool = True


def columns_of_tries() -> dict[str, Any]:
    """What is read of each order of a list."""
    after_finding = Q(step__condition=ProtocolStep.Condition.AFTER_NEGATIVE)
    return {
        "unreached_days": unreached_days_each(),
        "tried_parts": tried_parts_each(),
        "last_called_on": last_called_each(),
        "is_after_finding": ExpressionWrapper(after_finding, output_field=BooleanField()),
    }


def tries_of_orders(orders: Sequence[FollowUpOrder], *, today: dt.date) -> dict[int, Tries]:
    """By the id of each order. What is demanded is asked only of those of whom it may be more than was done: orders
    still worked on, begun or with a closed window.

    orders: with `columns_of_tries`, and `least_attempts` of their step.
    """
    wanting = [order.pk for order in orders if _may_want(order, today)]
    rows = FollowUpOrder.objects.filter(pk__in=wanting).annotate(demanded=least_demanded())
    demanded = dict(rows.values_list("pk", "demanded")) if wanting else {}
    return {order.pk: _tries(order, demanded.get(order.pk, 0), today) for order in orders}


def _may_want(order: Any, today: dt.date) -> bool:
    is_asked = order.is_working and (order.attempts_count > 0 or order.latest_on < today)
    return is_asked and order.least_attempts > order.unreached_days


def _tries(order: Any, demanded: int, today: dt.date) -> Tries:
    is_free = order.last_called_on != today
    may_today = is_free or is_unbound(order, today, safety=order.has_finding or order.is_after_finding)
    return Tries(order.unreached_days, frozenset(order.tried_parts), demanded, may_today)
