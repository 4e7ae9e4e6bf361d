"""Who holds an order: the assignee, the colleague who covers, and the service centre for what waits in its pool."""

import datetime as dt

from django.db.models import Q

from accounts.actors import Actor
from followups.models import AssigneeRole, FollowUpOrder
from followups.models.orders import FollowUpOrderQuerySet

POOL = Q(assignee__isnull=True, assignee_role=AssigneeRole.CENTRE)
# Neither a person's nor the service centre's.
NOBODYS = Q(assignee__isnull=True) & ~Q(assignee_role=AssigneeRole.CENTRE)


def serves_pool(actor: Actor) -> bool:
    """Whether the active role takes calls from the service centre's pool."""
    return actor.sees == "all" and actor.can("followups.complete")


def callers(actor: Actor, *, today: dt.date) -> tuple[int, ...]:
    """Whose orders the actor calls for: the own ones, and those of colleagues he covers."""
    return (actor.staff.pk, *sorted(actor.covered_staff_ids(today)))


def own(actor: Actor, *, today: dt.date) -> Q:
    """Orders that are the actor's to do today: assigned, covered for a colleague on leave, or in the pool he serves."""
    mine = Q(assignee_id__in=callers(actor, today=today))
    return mine | POOL if serves_pool(actor) else mine


def held_by(actor: Actor, *, today: dt.date) -> FollowUpOrderQuerySet:
    """The orders the actor still has to call for."""
    return FollowUpOrder.objects.working().filter(own(actor, today=today))


def held_parts(actor: Actor, *, today: dt.date) -> tuple[FollowUpOrderQuerySet, ...]:
    """The orders of `held_by` in parts that share none, each with its own index: the assigned ones, and the pool."""
    return parts_held(callers(actor, today=today), pool=serves_pool(actor))


def parts_held(callers: tuple[int, ...], *, pool: bool) -> tuple[FollowUpOrderQuerySet, ...]:
    """The orders assigned to these members of staff, and beside them those of the pool."""
    working = FollowUpOrder.objects.working()
    assigned = working.filter(assignee_id__in=callers)
    return (assigned, working.filter(POOL)) if pool else (assigned,)


def may_work_on(actor: Actor, order: FollowUpOrder, *, today: dt.date) -> bool:
    """Whether the actor holds this order: the purpose that shows the person's numbers."""
    if not actor.can("followups.complete"):
        return False
    if order.assignee_id is None:
        return order.assignee_role == AssigneeRole.CENTRE and serves_pool(actor)
    return order.assignee_id == actor.staff.pk or order.assignee_id in actor.covered_staff_ids(today)
