"""A head reminds whoever holds an order: kept with the order, one notice per person however many orders."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import day_start, today
from accounts.models import StaffMember
from followups.domain import refusals
from followups.models import EscalationRule, FollowUpOrder, Reminder
from followups.models.orders import FollowUpOrderQuerySet
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff

_MAY = ("supervise", "dispatch", "ward", "quality")


@dataclass(frozen=True)
class Reminding:
    """What comes of a reminder of many orders: who is told of which, and of how many nobody, because somebody was told
    today, because nobody but the actor is left to tell, or because no work is left.
    """

    told: Mapping[FollowUpOrder, frozenset[int]]
    reminded_today: int
    nobody: int
    done: int

    @property
    def count(self) -> int:
        """Of how many orders somebody is told."""
        return len(self.told)


def foresee(*, orders: Iterable[FollowUpOrder], actor: Actor, now: dt.datetime) -> Reminding:
    """What `remind` would do now; changes nothing. Refuses who may not supervise."""
    if not any(actor.can(f"followups.{verb}") for verb in _MAY):
        raise refusals.NotAllowed
    return _sorted_out(orders, actor, now, FollowUpOrder.objects.all())


@transaction.atomic
def remind(*, orders: Iterable[FollowUpOrder], actor: Actor, now: dt.datetime) -> Reminding:
    """Reminds of working orders, each at most once a day, and answers of how many somebody was told, and why of others
    not. Refuses who may not supervise.

    The assignee is told; of an order in the service centre's pool, the heads of the centre. Where nobody but the actor
    is left to tell, nothing is kept as a reminder.
    """
    if not any(actor.can(f"followups.{verb}") for verb in _MAY):
        raise refusals.NotAllowed
    held = FollowUpOrder.objects.order_by("pk").select_for_update(no_key=True, of=("self",))
    found = _sorted_out(orders, actor, now, held)
    Reminder.objects.bulk_create(
        Reminder(order=row, kind=Reminder.Kind.PERSON, staff_id=row.assignee_id, by=actor.staff, at=now)
        for row in found.told
    )
    for staff in StaffMember.objects.filter(pk__in={one for people in found.told.values() for one in people}):
        _tell(staff, [row for row, people in found.told.items() if staff.pk in people], now)
    audit.record("followups.orders.remind", actor=actor, orders=[row.pk for row in found.told])
    return found


def _sorted_out(
    orders: Iterable[FollowUpOrder], actor: Actor, now: dt.datetime, rows: FollowUpOrderQuerySet
) -> Reminding:
    """Which of the orders somebody hears of; `rows` says how they are read. Today's reminders are read after the
    orders, so that whoever waited for a colleague's lock sees what he sent.
    """
    hospital, wanted = required_hospital(), [order.pk for order in orders]
    working = list(rows.working().visible_to(actor).filter(pk__in=wanted))
    since = day_start(today(hospital, now), hospital)
    sent = Reminder.objects.filter(kind=Reminder.Kind.PERSON, at__gte=since, order__in=working)
    reminded = set(sent.values_list("order_id", flat=True))
    waiting = [row for row in working if row.pk not in reminded]
    people = _people_to_tell(waiting, actor)
    told = {row: frozenset(people[row.pk]) for row in waiting if people[row.pk]}
    return Reminding(told, len(working) - len(waiting), len(waiting) - len(told), len(set(wanted)) - len(working))


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
