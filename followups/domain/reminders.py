"""A head reminds whoever holds an order: kept with the order, one notice per person however many orders."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import day_start, today
from accounts.models import StaffMember
from followups.domain import refusals
from followups.models import FollowUpOrder, Reminder
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.outbox import enqueue

_MAY = ("supervise", "dispatch", "ward", "quality")


@transaction.atomic
def remind(*, orders: Iterable[FollowUpOrder], actor: Actor, now: dt.datetime) -> int:
    """Reminds of working orders, each at most once a day, and answers how many. Refuses who may not supervise.

    Orders in the service centre's pool are kept as reminded, and nobody gets a notice.
    """
    if not any(actor.can(f"followups.{verb}") for verb in _MAY):
        raise refusals.NotAllowed
    hospital = required_hospital()
    reminded = Reminder.objects.filter(
        kind=Reminder.Kind.PERSON, at__gte=day_start(today(hospital, now), hospital)
    ).values("order_id")
    visible = FollowUpOrder.objects.working().visible_to(actor).filter(pk__in=[order.pk for order in orders])
    rows = list(visible.exclude(pk__in=reminded).order_by("pk").select_for_update(no_key=True, of=("self",)))
    Reminder.objects.bulk_create(
        Reminder(order=row, kind=Reminder.Kind.PERSON, staff_id=row.assignee_id, by=actor.staff, at=now) for row in rows
    )
    held: dict[int, list[FollowUpOrder]] = {}
    for row in rows:
        if row.assignee_id and row.assignee_id != actor.staff.pk:
            held.setdefault(row.assignee_id, []).append(row)
    for staff in StaffMember.objects.active().filter(pk__in=held):
        _tell(staff, held[staff.pk], now)
    audit.record("followups.orders.remind", actor=actor, orders=[row.pk for row in rows])
    return len(rows)


def _tell(staff: StaffMember, orders: list[FollowUpOrder], now: dt.datetime) -> None:
    enqueue(
        purpose="followups.reminder",
        staff=staff,
        channel="bell",
        template="followups.reminder",
        context={"count": len(orders)},
        link=("followups:mine",) if len(orders) > 1 else ("followups:order", orders[0].public_id),
        key=f"followups.reminder:{staff.pk}:{orders[0].pk}:{len(orders)}:{now:%Y%m%d}",
        now=now,
    )
