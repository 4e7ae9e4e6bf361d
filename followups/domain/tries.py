"""How often the people of a page of orders were tried, and how often they are to be tried at least."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from followups.domain.calls import is_unbound, last_called_each, tries_of
from followups.domain.lost import demanded_of
from followups.models import Attempt, FollowUpOrder, ProtocolStep
from patients.models import ContactPoint
from patients.models.contact import held_on

_COUNTED = ("order_id", "on", "day_part", "is_call", "is_reached", "second_call", "to_family")
_HELD = ("patient_id", "system", "owner_relation", "owner_id", "number_state", "valid_from", "valid_until")


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
    """What is read of each order of a list, to tell whether the person may be called today."""
    after_finding = Q(step__condition=ProtocolStep.Condition.AFTER_NEGATIVE)
    is_after_finding = ExpressionWrapper(after_finding, output_field=BooleanField())
    return {"last_called_on": last_called_each(), "is_after_finding": is_after_finding}


@dataclass(frozen=True)
class Known:
    """What a page has read of its one order: every attempt, and the telephone numbers that the person holds today."""

    attempts: Sequence[Attempt]
    numbers: Sequence[ContactPoint]


def tries_of_orders(orders: Sequence[FollowUpOrder], *, today: dt.date, known: Known | None = None) -> dict[int, Tries]:
    """By the id of each order. Attempts are read of those that have any; what is demanded, of those of whom it may be
    more than was done: orders still worked on, begun or with a closed window.

    orders: with `columns_of_tries`, and `least_attempts` of their step.
    """
    made = _made(orders, known)
    wanting = [order for order in orders if _may_want(order, made.get(order.pk, ()), today)]
    demanded = demanded_of(wanting, known.numbers if known else _numbers(wanting, today)) if wanting else {}
    return {order.pk: _tries(order, made.get(order.pk, ()), demanded.get(order.pk, 0), today) for order in orders}


def _made(orders: Sequence[FollowUpOrder], known: Known | None) -> dict[int, list[Attempt]]:
    """The tries that count, by the id of their order."""
    if known is not None:
        return {order.pk: tries_of(known.attempts) for order in orders}
    tried = [order.pk for order in orders if order.attempts_count]
    found: dict[int, list[Attempt]] = {}
    for attempt in tries_of(Attempt.objects.filter(order__in=tried).only(*_COUNTED)) if tried else []:
        found.setdefault(attempt.order_id, []).append(attempt)
    return found


def _numbers(orders: Sequence[FollowUpOrder], day: dt.date) -> Iterable[ContactPoint]:
    people = {order.patient_id for order in orders}
    held = ContactPoint.objects.filter(held_on(day), patient_id__in=people, system=ContactPoint.System.PHONE)
    return held.only(*_HELD)


def _may_want(order: Any, tries: Sequence[Attempt], today: dt.date) -> bool:
    is_asked = order.is_working and (order.attempts_count > 0 or order.latest_on < today)
    return is_asked and order.least_attempts > _days(tries)


def _tries(order: Any, tries: Sequence[Attempt], demanded: int, today: dt.date) -> Tries:
    is_free = order.last_called_on != today
    may_today = is_free or is_unbound(order, today, safety=order.has_finding or order.is_after_finding)
    return Tries(_days(tries), frozenset(one.day_part for one in tries), demanded, may_today)


def _days(tries: Sequence[Attempt]) -> int:
    """Several tries of a day are one."""
    return len({one.on for one in tries})
