"""How often the people of a page of orders were tried, and how often they are to be tried at least."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.calendar import today as hospital_today
from followups.domain.asking import Asked, Waits, asked_from, asked_lists, waits_of
from followups.domain.calls import hours_in, hours_of_calls, is_agreed_for, is_unbound, tries_of
from followups.domain.lost import NUMBER, demanded_of
from followups.models import Attempt, FollowUpOrder, OrderState, ProtocolStep
from hospital_crm.tenancy.prepared import in_steps
from hospital_crm.tenancy.together import Few, PreparedReads
from messaging.domain import touches
from patients.models import ContactPoint
from patients.models.querysets import held_on

_COUNTED = ("order_id", "on", "day_part", "outcome", "is_call", "is_reached", "second_call", "to_family")


@dataclass(frozen=True)
class Tries:
    """`days`: on how many days somebody called and reached nobody, in these `parts` of the day, and in which of them
    today; `demanded`: on how many days the person is to be called at least, told where it is more than that;
    `may_today`: whether the person may be called (again) today; `waits`: a refusal, days without contact, the budget.
    """

    days: int = 0
    parts: frozenset[str] = frozenset()
    parts_today: frozenset[str] = frozenset()
    demanded: int = 0
    may_today: bool = True
    waits: Waits | None = None


@dataclass(frozen=True)
class Known:
    """What tries are told from: attempts of the orders, telephone numbers that their people hold today, which of the
    people were called today, the hours in which the hospital calls (asked of orders still worked on), and what the
    people decided and how often they were approached.
    """

    attempts: Sequence[Attempt] = ()
    numbers: Sequence[ContactPoint] = ()
    called: Collection[int] = ()
    hours: tuple[int, int] = (0, 24)
    asked: Asked = field(default_factory=Asked)


def known_of_orders(orders: Sequence[FollowUpOrder], *, today: dt.date) -> Known:
    """In one statement. Attempts are read of orders that have any, numbers of people of whom more may be demanded than
    was done, calls of today of people still worked on.

    orders: with `least_attempts` of their step.
    """
    tried = [order.pk for order in orders if order.attempts_count]
    working = {order.patient_id for order in orders if order.is_working}
    asked = {order.patient_id for order in orders if _may_want(order, today)}
    if not (tried or working):
        return Known()
    read = _READS.read(
        tried=in_steps(tried), working=in_steps(sorted(working)), asked=in_steps(sorted(asked)), today=today
    )
    return known_from(read)


def known_from(read: dict[str, list[Any]]) -> Known:
    """Out of lists by these names: `tries`, and of orders still worked on `numbers`, `called`, `hours` and those of
    `asked_lists`.
    """
    return Known(
        read["tries"],
        read.get("numbers", ()),
        {one.person_id for one in read.get("called", ())},
        hours_in(read) if "hours" in read else Known.hours,
        asked_from(read),
    )


def tries_of_orders(orders: Sequence[FollowUpOrder], known: Known, *, now: dt.datetime) -> dict[int, Tries]:
    """By the id of each order.

    orders: with `least_attempts` and `step_condition` of their step.
    """
    today, made = hospital_today(now=now), dict[int, list[Attempt]]()
    for attempt in tries_of(known.attempts):
        made.setdefault(attempt.order_id, []).append(attempt)
    wanting = [order for order in orders if _may_want(order, today)]
    demanded = demanded_of(wanting, known.numbers)
    return {order.pk: _tries(order, made.get(order.pk, ()), demanded.get(order.pk, 0), known, now) for order in orders}


def is_tried_again(order: FollowUpOrder) -> bool:
    """Whether somebody was tried and nothing else comes first: a time agreed, or a result to be redone."""
    return order.is_working and order.attempts_count > 0 and not order.agreed_at and order.state != OrderState.RETURNED


def _lists(
    *, tried: tuple[int, ...], working: tuple[int, ...], asked: tuple[int, ...], today: dt.date
) -> dict[str, Few]:
    numbers = ContactPoint.objects.filter(held_on(today), patient_id__in=asked, system=ContactPoint.System.PHONE)
    return {
        "tries": Few(Attempt.objects.filter(order_id__in=tried), _COUNTED),
        "numbers": Few(numbers, NUMBER),
        "called": Few(touches.calls_of_day(today).filter(person_id__in=working), ["person_id"]),
        "hours": hours_of_calls(),
    } | asked_lists(working, today)


_READS = PreparedReads(_lists)


def _may_want(order: Any, today: dt.date) -> bool:
    """Begun, or with a closed window."""
    return order.is_working and order.least_attempts > 0 and (order.attempts_count > 0 or order.latest_on < today)


def _tries(order: Any, tries: Sequence[Attempt], demanded: int, known: Known, now: dt.datetime) -> Tries:
    today = hospital_today(now=now)
    safety = order.has_finding or order.step_condition == ProtocolStep.Condition.AFTER_NEGATIVE
    may_today = order.patient_id not in known.called or is_unbound(order, today, safety=safety)
    days = len({one.on for one in tries})
    parts, parts_today = _parts(tries), _parts([one for one in tries if one.on == today])
    waits = None
    if order.is_working:
        is_agreed = is_agreed_for(order, today)
        waits = waits_of(order, known.asked, now=now, hours=known.hours, safety=safety, is_agreed=is_agreed)
    return Tries(days, parts, parts_today, demanded if demanded > days else 0, may_today, waits)


def _parts(tries: Sequence[Attempt]) -> frozenset[str]:
    return frozenset(one.day_part for one in tries)
