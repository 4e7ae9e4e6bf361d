"""Late orders make themselves heard by the steps of the protocol, each level once for each time an order is late.

Hours are calendar hours from the end of the latest day; of a result returned after it, from the return, with which the
levels begin anew. A late A order is told at once; the others ring the bell and wait for the morning digest; a tier told
by a weekly list has no levels (`weekly_list`). However many orders are late, each person gets one notice of a run,
which leads to exactly these (`told_at`), and a level takes the same number of statements.

What cannot be told holds nothing else back: an order whose level cannot be kept, and one all of whose people cannot be
told, are tried again at the next run; somebody who cannot be told while others are hears of it at the next level.
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.calendar import day_start, today
from accounts.models import StaffMember, StaffRole
from followups.domain import weekly_list
from followups.domain.ladder import Ladder
from followups.models import EscalationRule, FollowUpOrder, Reminder, Tier
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.outbox import Notice, enqueue_all
from messaging.recipients import ToStaff

log = logging.getLogger("crm.followups")

_BATCH = 500
_Recipient = EscalationRule.Recipient


@transaction.atomic
def escalate(*, now: dt.datetime, limit: int = _BATCH) -> int:
    """Tells whoever the protocol names about the late orders of the hospital in scope that reached a level.

    Answers how many levels were told, at most `limit` per rule (the rest waits for the next run), and notices of
    weekly lists.
    """
    weekly = _told("the weekly lists", partial(weekly_list.tell_weekly, now=now)) or 0
    return weekly + _tell_levels(now, limit, _People())


def told_at(moment: dt.datetime, staff_id: int) -> QuerySet[FollowUpOrder]:
    """The orders of which somebody was told by the run of that moment."""
    rows = Reminder.objects.filter(kind=Reminder.Kind.ESCALATION, at=moment, recipients__contains=[staff_id])
    found: QuerySet[FollowUpOrder] = FollowUpOrder.objects.filter(pk__in=rows.values("order_id"))
    return found


class _NotToldError(Exception):
    """Of these people no notice can be queued."""

    def __init__(self, staff_ids: set[int]) -> None:
        super().__init__(staff_ids)
        self.staff_ids = staff_ids


def _tell_levels(now: dt.datetime, limit: int, people: "_People") -> int:
    """All levels, and a notice to everybody concerned; where somebody cannot be told, all of it anew without him, so
    that nobody is on record as told who was not.
    """
    telling = _Telling(now)
    try:
        with transaction.atomic():
            told = 0
            for rule in EscalationRule.objects.filter(is_weekly_list=False).order_by("protocol_id", "tier", "level"):
                told += _tell_reached(list(_reached(rule, now)[:limit]), rule, people, telling)
            telling.send()
            return told
    except _NotToldError as some:
        people.leave_out(some.staff_ids)
        return _tell_levels(now, limit, people)


def _tell_reached(orders: list[FollowUpOrder], rule: EscalationRule, people: "_People", telling: "_Telling") -> int:
    """One level of all these orders together, and where that fails one by one; answers how many were told."""
    told = _told(f"level {rule.level} of tier {rule.tier}", partial(_tell_level, orders, rule, people, telling))
    if told is not None:
        return told
    each = (_told(f"order {order.pk}", partial(_tell_level, [order], rule, people, telling)) for order in orders)
    return sum(filter(None, each))


def _told(what: str, tell: Callable[[], int]) -> int | None:
    """How many this told; None where it failed, and then it told nobody."""
    try:
        with transaction.atomic():
            return tell()
    except Exception:  # whatever one provokes must not silence the others
        log.exception("%s could not be told", what)
        return None


def _reached(rule: EscalationRule, now: dt.datetime) -> QuerySet[FollowUpOrder]:
    """Working orders late by the rule's hours and not told at its level, the longest late first; locked."""
    reached_at = now - dt.timedelta(hours=rule.after_hours)
    late = FollowUpOrder.objects.late(today(now=reached_at)).filter(
        Q(returned_at__isnull=True) | Q(returned_at__lte=reached_at),
        tier=rule.tier,
        escalation_level__lt=rule.level,
        run__protocol_id=rule.protocol_id,
    )
    rows = late.select_related("step").order_by("latest_on", "pk")
    return rows.select_for_update(no_key=True, of=("self",), skip_locked=True)


def _tell_level(orders: list[FollowUpOrder], rule: EscalationRule, people: "_People", telling: "_Telling") -> int:
    """One level of all these orders: kept, counted, put on record and to be told; answers how many orders."""
    recipients = {order.pk: people.told(rule, order) for order in orders}
    orders = [order for order in orders if recipients[order.pk] is not None]
    if not orders:
        return 0
    Reminder.objects.bulk_create(
        Reminder(
            order=order,
            kind=Reminder.Kind.ESCALATION,
            level=rule.level,
            since=_late_since(order),
            recipients=recipients[order.pk],
            at=telling.now,
        )
        for order in orders
    )
    FollowUpOrder.objects.filter(pk__in=[order.pk for order in orders]).update(escalation_level=rule.level)
    after = {"level": rule.level, "tier": rule.tier}
    audit.record_each("followups.order.escalate", orders, after=after)
    for order in orders:
        telling.add(order, recipients[order.pk] or ())
    return len(orders)


def _late_since(order: FollowUpOrder) -> dt.datetime:
    """The end of the latest day, or the return after it."""
    over = day_start(order.latest_on + dt.timedelta(1), required_hospital())
    return max(over, order.returned_at or over)


class _People:
    """The staff of the hospital in scope as the levels need it, read once for all orders."""

    def __init__(self) -> None:
        self._ladder = Ladder()
        self._by_role: dict[str, set[int]] = {}
        self._left_out: set[int] = set()
        active = StaffMember.objects.active().values("pk")
        held = StaffRole.objects.filter(role__code__in=_Recipient.values, staff_id__in=active)
        for code, staff_id in held.values_list("role__code", "staff_id"):
            self._by_role.setdefault(code, set()).add(staff_id)

    def leave_out(self, staff_ids: set[int]) -> None:
        """These people cannot be told."""
        self._left_out |= staff_ids

    def told(self, rule: EscalationRule, order: FollowUpOrder) -> list[int] | None:
        """Who is told of a level; None where nobody of them can be."""
        found = self.behind(rule, order)
        kept = sorted(found - self._left_out)
        return kept if kept or not found else None

    def behind(self, rule: EscalationRule, order: FollowUpOrder) -> set[int]:
        """The people behind the roles of a level who work here; never the same person twice."""
        found: set[int] = set()
        for role in rule.recipients:
            if role == _Recipient.ASSIGNEE:
                found |= {order.assignee_id} if order.assignee_id else self._holding(_Recipient.CENTRE)
            elif role == _Recipient.HEAD_NURSE:
                found |= set(self._ladder.head_nurses(order.ward_id))
            elif role == _Recipient.DEPARTMENT_HEAD:
                found |= set(self._ladder.heads(order.department_id))
            else:
                found |= self._holding(role)
        return {staff_id for staff_id in found if self._ladder.is_active(staff_id)}

    def _holding(self, role: str) -> set[int]:
        return self._by_role.get(role, set())


class _Telling:
    """Who is to be told of which orders in a run: a late A order rings and writes at once; everything else rings, and
    the digest counts it.
    """

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self._orders: dict[tuple[int, str], dict[int, FollowUpOrder]] = {}

    def add(self, order: FollowUpOrder, recipients: Iterable[int]) -> None:
        """These people are told of the order, also where it has reached several levels at once."""
        for staff_id in recipients:
            for channel in ("bell", "email") if order.tier == Tier.A else ("bell",):
                self._orders.setdefault((staff_id, channel), {})[order.pk] = order

    def send(self) -> None:
        """Queues all notices together, where that fails each person's alone; raises who cannot be told."""
        staff_ids = sorted({staff_id for staff_id, _channel in self._orders})
        if self._queued("the notices", staff_ids):
            return
        failed = {staff_id for staff_id in staff_ids if not self._queued(f"colleague {staff_id}", [staff_id])}
        if failed:
            raise _NotToldError(failed)

    def _queued(self, what: str, staff_ids: Collection[int]) -> bool:
        return _told(what, lambda: enqueue_all(self._notices(staff_ids), now=self.now)) is not None

    def _notices(self, staff_ids: Collection[int]) -> Iterator[Notice]:
        """One for each person and channel: of one order with its page, of several with their number and their list."""
        for (staff_id, channel), orders in sorted(self._orders.items()):
            if staff_id not in staff_ids:
                continue
            found = list(orders.values())
            at_once = any(order.tier == Tier.A for order in found)
            yield Notice(
                purpose="followups.late_a" if at_once else "followups.late",
                recipient=ToStaff(staff_id),
                channel=channel,
                urgency="interactive" if at_once else "default",
                **(self._of_one(found[0]) if len(found) == 1 else self._of_several(found, channel)),
                key=f"followups.late:{self.now:%Y%m%d%H%M%S%f}:{min(orders)}:{staff_id}:{channel}",
            )

    def _of_one(self, order: FollowUpOrder) -> dict[str, Any]:
        said = {"tier": order.tier, "step": order.step.number, "hours": self._hours(order)}
        return {"template": "followups.late", "context": said, "link": ("followups:order", order.public_id)}

    def _of_several(self, orders: list[FollowUpOrder], channel: str) -> dict[str, Any]:
        said = {"count": len(orders), "hours": max(map(self._hours, orders))}
        tier = f"&tier={Tier.A}" if channel == "email" else ""
        page = f"?at={self.now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}{tier}"
        return {"template": "followups.late_several", "context": said, "link": ("followups:told", page)}

    def _hours(self, order: FollowUpOrder) -> int:
        return int((self.now - _late_since(order)).total_seconds() // 3600)
