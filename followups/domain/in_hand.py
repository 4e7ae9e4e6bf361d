"""Two of the service centre never call one person at the same time: whoever calls takes the order of the pool in hand
first. The numbers are shown then, colleagues read whose hand it is in, and after half an hour it is free again.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.actors import Actor
from accounts.calendar import day_start
from accounts.calendar import today as hospital_today
from followups.domain import refusals
from followups.domain.holding import callers
from followups.models import CallInHand, FollowUpOrder, OrderTransfer
from followups.models.orders import FollowUpOrderQuerySet
from hospital_crm.tenancy.scope import required_hospital
from hospital_crm.tenancy.together import Few, read_together


def taken_lists(order: FollowUpOrder, *, now: dt.datetime) -> dict[str, Few]:
    """Who has this order of the pool in hand, to be read with other things; nothing for an order that is assigned."""
    if order.assignee_id is not None:
        return {}
    return {"taken": Few(CallInHand.objects.still(now).filter(order=order), ["staff_id", "staff__name"])}


def with_caller(orders: FollowUpOrderQuerySet, *, now: dt.datetime) -> FollowUpOrderQuerySet:
    """The orders with the name of whoever has them in hand, as `caller`."""
    taken = CallInHand.objects.still(now).filter(order=OuterRef("pk"))
    return orders.annotate(caller=Subquery(taken.values("staff__name")[:1]))


def in_person(actor: Actor, *, now: dt.datetime) -> Q:
    """Orders that are somebody's own, and those of the pool that the actor has in hand."""
    own = CallInHand.objects.still(now).filter(order=OuterRef("pk"), staff=actor.staff)
    return Q(assignee__isnull=False) | Q(Exists(own))


def by_others(actor: Actor, *, now: dt.datetime) -> Exists:
    """Orders that a colleague has in hand."""
    return Exists(CallInHand.objects.still(now).filter(order=OuterRef("pk")).exclude(staff=actor.staff))


def by_anybody(*, now: dt.datetime) -> Exists:
    """Orders that somebody has in hand."""
    return Exists(CallInHand.objects.still(now).filter(order=OuterRef("pk")))


def left_in_hand(orders: FollowUpOrderQuerySet, *, now: dt.datetime) -> int:
    """How many of these orders somebody has in hand: they stay where they are."""
    return orders.filter(by_anybody(now=now)).count()


def was_calling(order: FollowUpOrder, actor: Actor, *, now: dt.datetime) -> bool:
    """Whether the actor may have been calling when the order went into another hand: today it was his, or of somebody
    he covers, or he had taken it up from the pool, and nobody has called since. What was said then is on record.
    """
    day = hospital_today(now=now)
    begins = day_start(day, required_hospital())
    mine = OrderTransfer.objects.filter(order=order, from_staff__in=callers(actor, today=day), at__gte=begins)
    taken = CallInHand.objects.filter(order=order, staff=actor.staff, taken_at__gte=begins)
    held = [*mine.values_list("at", flat=True), *taken.values_list("taken_at", flat=True)]
    if not (held and actor.can("followups.complete")):
        return False
    return order.last_attempt_at is None or order.last_attempt_at < max(held)


def check(order: FollowUpOrder, actor: Actor, *, now: dt.datetime) -> None:
    """Refuses (InAnotherHand) an order that a colleague has in hand."""
    for taken in read_together(**taken_lists(order, now=now)).get("taken", []):
        if taken.staff_id != actor.staff.pk:
            raise refusals.InAnotherHand(name=taken.staff.name)


def take(order: FollowUpOrder, actor: Actor, *, now: dt.datetime) -> None:
    """The order, which is locked and free, goes into the actor's hand; what he had in hand before is free."""
    CallInHand.objects.filter(order=order).exclude(staff=actor.staff).delete()
    CallInHand.objects.bulk_create(
        [CallInHand(order=order, staff=actor.staff, taken_at=now)],
        update_conflicts=True,
        unique_fields=["hospital", "staff"],
        update_fields=["order", "taken_at"],
    )


def put_down(order: FollowUpOrder) -> None:
    """The call is over."""
    CallInHand.objects.filter(order=order).delete()
