"""Late orders make themselves heard by the steps of the protocol, each level once for each time an order is late.

Hours are calendar hours from the end of the latest day; of a result returned after it, from the return, with which the
levels begin anew. A late A order is told at once; the others ring the bell and wait for the morning digest; a tier told
by a weekly list has no levels (`weekly_list`). However many orders are late, a level takes the same number of
statements. What cannot be told holds nothing else back, and is tried again at the next run.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from functools import partial

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
    people = _People()
    told = _told("the weekly lists", partial(weekly_list.tell_weekly, now=now)) or 0
    for rule in EscalationRule.objects.filter(is_weekly_list=False).order_by("protocol_id", "tier", "level"):
        told += _tell_reached(list(_reached(rule, now)[:limit]), rule, people, now)
    return told


def _tell_reached(orders: list[FollowUpOrder], rule: EscalationRule, people: "_People", now: dt.datetime) -> int:
    """One level of all these orders together, and where that fails one by one; answers how many were told."""
    told = _told(f"level {rule.level} of tier {rule.tier}", partial(_tell_level, orders, rule, people, now))
    if told is not None:
        return told
    each = (_told(f"order {order.pk}", partial(_tell_level, [order], rule, people, now)) for order in orders)
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


def _tell_level(orders: list[FollowUpOrder], rule: EscalationRule, people: "_People", now: dt.datetime) -> int:
    """One level of all these orders: kept, counted, told and put on record; answers how many orders."""
    if not orders:
        return 0
    recipients = {order.pk: sorted(people.behind(rule, order)) for order in orders}
    Reminder.objects.bulk_create(
        Reminder(
            order=order,
            kind=Reminder.Kind.ESCALATION,
            level=rule.level,
            since=_late_since(order),
            recipients=recipients[order.pk],
            at=now,
        )
        for order in orders
    )
    FollowUpOrder.objects.filter(pk__in=list(recipients)).update(escalation_level=rule.level)
    enqueue_all((notice for order in orders for notice in _notices(order, rule, recipients[order.pk], now)), now=now)
    after = {"level": rule.level, "tier": rule.tier}
    audit.record_each("followups.order.escalate", orders, after=after)
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
        active = StaffMember.objects.active().values("pk")
        held = StaffRole.objects.filter(role__code__in=_Recipient.values, staff_id__in=active)
        for code, staff_id in held.values_list("role__code", "staff_id"):
            self._by_role.setdefault(code, set()).add(staff_id)

    def behind(self, rule: EscalationRule, order: FollowUpOrder) -> set[int]:
        """The people behind the roles of a level who work here; never the same person twice."""
        found: set[int] = set()
        for role in rule.recipients:
            if role == _Recipient.ASSIGNEE:
                found |= {order.assignee_id} if order.assignee_id else self._holding(_Recipient.CENTRE)
            elif role == _Recipient.HEAD_NURSE:
                found |= set(self._ladder.head_nurses(order.ward_id, order.department_id))
            elif role == _Recipient.DEPARTMENT_HEAD:
                found |= set(self._ladder.heads(order.department_id))
            else:
                found |= self._holding(role)
        return {staff_id for staff_id in found if self._ladder.is_active(staff_id)}

    def _holding(self, role: str) -> set[int]:
        return self._by_role.get(role, set())


def _notices(order: FollowUpOrder, rule: EscalationRule, recipients: list[int], now: dt.datetime) -> Iterator[Notice]:
    """A late A order rings and writes at once; everything else rings, and the digest counts it."""
    at_once = order.tier == Tier.A
    since = _late_since(order)
    hours = int((now - since).total_seconds() // 3600)
    for staff_id in recipients:
        for channel in ("bell", "email") if at_once else ("bell",):
            yield Notice(
                purpose="followups.late_a" if at_once else "followups.late",
                recipient=ToStaff(staff_id),
                channel=channel,
                template="followups.late",
                context={"tier": order.tier, "step": order.step.number, "hours": hours},
                link=("followups:order", order.public_id),
                key=f"followups.late:{order.pk}:{since:%Y%m%d%H%M%S}:{rule.level}:{staff_id}:{channel}",
                urgency="interactive" if at_once else "default",
            )
