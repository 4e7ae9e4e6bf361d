"""A head reminds whoever holds an order: kept with the order, one notice per person however many orders."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import day_start, today
from accounts.models import StaffMember
from followups.domain import refusals
from followups.models import EscalationRule, FollowUpOrder, Reminder
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff

_MAY = ("supervise", "dispatch", "ward", "quality")


@transaction.atomic
def remind(*, orders: Iterable[FollowUpOrder], actor: Actor, now: dt.datetime) -> int:
    """Reminds of working orders, each at most once a day, and answers of how many somebody was told. Refuses who may
    not supervise.

    The assignee is told; of an order in the service centre's pool, the heads of the centre. Where nobody but the actor
    is left to tell, nothing is kept as a reminder.
    """
    if not any(actor.can(f"followups.{verb}") for verb in _MAY):
        raise refusals.NotAllowed
    rows = _not_reminded_today(orders, actor, now)
    told = _people_to_tell(rows, actor)
    reached = [row for row in rows if told[row.pk]]
    Reminder.objects.bulk_create(
        Reminder(order=row, kind=Reminder.Kind.PERSON, staff_id=row.assignee_id, by=actor.staff, at=now)
        for row in reached
    )
    for staff in StaffMember.objects.filter(pk__in={one for people in told.values() for one in people}):
        _tell(staff, [row for row in reached if staff.pk in told[row.pk]], now)
    audit.record("followups.orders.remind", actor=actor, orders=[row.pk for row in reached])
    return len(reached)


def _not_reminded_today(orders: Iterable[FollowUpOrder], actor: Actor, now: dt.datetime) -> list[FollowUpOrder]:
    """Those of the orders that the actor may see and that are still worked on; locked."""
    hospital = required_hospital()
    reminded = Reminder.objects.filter(
        kind=Reminder.Kind.PERSON, at__gte=day_start(today(hospital, now), hospital)
    ).values("order_id")
    visible = FollowUpOrder.objects.working().visible_to(actor).filter(pk__in=[order.pk for order in orders])
    return list(visible.exclude(pk__in=reminded).order_by("pk").select_for_update(no_key=True, of=("self",)))


def _people_to_tell(orders: list[FollowUpOrder], actor: Actor) -> dict[int, set[int]]:
    """Order → who hears of the reminder; nobody reminds himself."""
    here = StaffMember.objects.active().exclude(pk=actor.staff.pk)
    assignees = set(here.filter(pk__in={order.assignee_id for order in orders}).values_list("pk", flat=True))
    centre = set(here.filter(role_links__role__code=EscalationRule.Recipient.CENTRE).values_list("pk", flat=True))
    return {order.pk: {order.assignee_id} & assignees if order.assignee_id else centre for order in orders}


def _tell(staff: StaffMember, orders: list[FollowUpOrder], now: dt.datetime) -> None:
    """One notice, however many orders; several lead to the person's own list, those of the pool to dispatch."""
    several = "followups:mine" if any(order.assignee_id for order in orders) else "followups:dispatch"
    enqueue(
        purpose="followups.reminder",
        recipient=ToStaff(staff),
        channel="bell",
        template="followups.reminder",
        context={"count": len(orders)},
        link=(several,) if len(orders) > 1 else ("followups:order", orders[0].public_id),
        key=f"followups.reminder:{staff.pk}:{orders[0].pk}:{len(orders)}:{now:%Y%m%d}",
        now=now,
    )
