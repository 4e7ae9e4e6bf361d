"""Late orders make themselves heard by the steps of the protocol, each level once.

Hours are calendar hours from the end of the latest day. A late A order is told at once; the others ring the bell and
wait for the morning digest; a weekly list goes on Mondays.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.calendar import day_start, today
from accounts.models import StaffMember
from followups.domain.ladder import Ladder
from followups.models import EscalationRule, FollowUpOrder, Reminder, Tier
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.outbox import enqueue

_BATCH = 500
_MONDAY = 0
_Recipient = EscalationRule.Recipient


@transaction.atomic
def escalate(*, now: dt.datetime, limit: int = _BATCH) -> int:
    """Tells whoever the protocol names about the late orders of the hospital in scope that reached a level.

    Answers how many levels were told, at most `limit` per rule; the rest waits for the next run.
    """
    ladder = Ladder()
    told = 0
    for rule in EscalationRule.objects.order_by("protocol_id", "tier", "level"):
        if rule.is_weekly_list and today(now=now).weekday() != _MONDAY:
            continue
        for order in _reached(rule, now)[:limit]:
            _escalate(order, rule, ladder, now)
            told += 1
    return told


def _reached(rule: EscalationRule, now: dt.datetime) -> QuerySet[FollowUpOrder]:
    """Working orders late by the rule's hours and not told at its level, the longest late first; locked."""
    late_since = today(now=now - dt.timedelta(hours=rule.after_hours))
    late = FollowUpOrder.objects.late(late_since).filter(
        tier=rule.tier, escalation_level__lt=rule.level, run__protocol_id=rule.protocol_id
    )
    rows = late.select_related("step").order_by("latest_on", "pk")
    return rows.select_for_update(no_key=True, of=("self",), skip_locked=True)


def _escalate(order: FollowUpOrder, rule: EscalationRule, ladder: Ladder, now: dt.datetime) -> None:
    recipients = _recipients(order, rule, ladder)
    Reminder.objects.create(
        order=order, kind=Reminder.Kind.ESCALATION, level=rule.level, recipients=sorted(recipients), at=now
    )
    FollowUpOrder.objects.filter(pk=order.pk).update(escalation_level=rule.level)
    _tell(order, rule, StaffMember.objects.filter(pk__in=recipients), now)
    audit.record("followups.order.escalate", order, after={"level": rule.level, "tier": order.tier})


def _recipients(order: FollowUpOrder, rule: EscalationRule, ladder: Ladder) -> set[int]:
    """The people behind the roles of a level who work here; never the same person twice."""
    people: set[int] = set()
    for role in rule.recipients:
        if role == _Recipient.ASSIGNEE:
            people |= {order.assignee_id} if order.assignee_id else set(_holding(_Recipient.CENTRE))
        elif role == _Recipient.HEAD_NURSE:
            people |= set(ladder.head_nurses(order.ward_id))
        elif role == _Recipient.DEPARTMENT_HEAD:
            people |= set(ladder.heads(order.department_id))
        else:
            people |= set(_holding(role))
    return {staff_id for staff_id in people if ladder.is_active(staff_id)}


def _holding(role: str) -> Iterable[int]:
    return StaffMember.objects.active().holding(role).values_list("pk", flat=True)


def _tell(order: FollowUpOrder, rule: EscalationRule, staff: Iterable[StaffMember], now: dt.datetime) -> None:
    """A late A order rings and writes at once; everything else rings, and the digest counts it."""
    at_once = order.tier == Tier.A
    late = now - day_start(order.latest_on + dt.timedelta(1), required_hospital())
    for member in staff:
        for channel in ("bell", "email") if at_once else ("bell",):
            enqueue(
                purpose="followups.late_a" if at_once else "followups.late",
                staff=member,
                channel=channel,
                template="followups.late",
                context={"tier": order.tier, "step": order.step.number, "hours": int(late.total_seconds() // 3600)},
                link=("followups:order", order.public_id),
                key=f"followups.late:{order.pk}:{rule.level}:{member.pk}:{channel}",
                urgency="interactive" if at_once else "default",
                now=now,
            )
