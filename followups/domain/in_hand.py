"""Two of the service centre never call one person at the same time: whoever calls takes the order of the pool in hand
first. The numbers are shown then, colleagues read whose hand it is in, and after half an hour it is free again.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from accounts.actors import Actor
from accounts.models import StaffMember
from followups.domain import refusals
from followups.models import CallInHand, FollowUpOrder


def caller_of(order: FollowUpOrder, *, now: dt.datetime) -> StaffMember | None:
    """Who has this order of the pool in hand; nobody for an order that is assigned."""
    if order.assignee_id is not None:
        return None
    taken = CallInHand.objects.still(now).filter(order=order).select_related("staff").first()
    return taken.staff if taken else None


def callers_of(orders: Iterable[FollowUpOrder], *, now: dt.datetime) -> dict[int, str]:
    """The name of whoever has the order in hand, by the id of the order."""
    waiting = [order.pk for order in orders if order.assignee_id is None]
    if not waiting:
        return {}
    taken = CallInHand.objects.still(now).filter(order_id__in=waiting)
    return dict(taken.values_list("order_id", "staff__name"))


def in_person(actor: Actor, *, now: dt.datetime) -> Q:
    """Orders that are somebody's own, and those of the pool that the actor has in hand."""
    own = CallInHand.objects.still(now).filter(order=OuterRef("pk"), staff=actor.staff)
    return Q(assignee__isnull=False) | Q(Exists(own))


def by_others(actor: Actor, *, now: dt.datetime) -> Exists:
    """Orders that a colleague has in hand."""
    return Exists(CallInHand.objects.still(now).filter(order=OuterRef("pk")).exclude(staff=actor.staff))


def check(order: FollowUpOrder, actor: Actor, *, now: dt.datetime) -> None:
    """Refuses (InAnotherHand) an order that a colleague has in hand."""
    caller = caller_of(order, now=now)
    if caller is not None and caller.pk != actor.staff.pk:
        raise refusals.InAnotherHand(name=caller.name)


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
