"""Two of the service centre never call one person at the same time: whoever calls takes the order of the pool in hand
first. The numbers are shown then, colleagues read whose hand it is in, and after half an hour it is free again.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.actors import Actor
from followups.domain import refusals
from followups.models import CallInHand, FollowUpOrder
from followups.models.orders import FollowUpOrderQuerySet
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


def is_taken(order: FollowUpOrder, *, now: dt.datetime) -> bool:
    """Whether somebody has this order in hand."""
    return CallInHand.objects.still(now).filter(order=order).exists()


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
