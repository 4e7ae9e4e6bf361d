"""One order handed over by whoever holds it: to a colleague, or to the service centre."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import today as hospital_today
from accounts.models import StaffMember
from followups.domain import in_hand, refusals, stations
from followups.domain.dispatch import check_able
from followups.domain.holding import may_work_on
from followups.models import UNSTARTED, AssigneeRole, FollowUpOrder, OrderState, OrderTransfer
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff


@transaction.atomic
def hand_over_one(
    *, order: FollowUpOrder, to: StaffMember | None, reason: str, actor: Actor, now: dt.datetime
) -> FollowUpOrder:
    """The holder gives an order away; without a colleague it goes to the centre's pool. The next one is told.

    Refuses: no reason, an order that is not held by the actor or no longer wants a call, a call that a colleague has in
    hand, somebody who left or does not follow up people, staff of a station for what is no home visit of tier A to
    their own people.
    """
    if not reason.strip():
        raise refusals.ReasonMissing
    held = FollowUpOrder.objects.select_for_update(no_key=True, of=("self",)).get(pk=order.pk)
    if not held.is_working:
        raise refusals.OrderNotOpen
    if not may_work_on(actor, held, today=hospital_today(now=now)):
        raise refusals.NotYourOrder
    in_hand.check(held, actor, now=now)
    if to is not None:
        check_able(to)
    visits = stations.check_fits(FollowUpOrder.objects.filter(pk=held.pk), to)
    role = AssigneeRole.CENTRE if to is None else held.assignee_role
    OrderTransfer.objects.create(
        order=held, from_staff_id=held.assignee_id, to_staff=to, to_role=role, by=actor.staff, reason=reason, at=now
    )
    changes = {"assignee": to, "assignee_role": role, "version": F("version") + 1}
    if held.state in (*UNSTARTED, OrderState.IN_PROGRESS) and not held.attempts_count:
        changes["state"] = OrderState.PLANNED if to is None else OrderState.DISPATCHED
    FollowUpOrder.objects.filter(pk=held.pk).update(**changes)
    in_hand.put_down(held)
    stations.set_channel([held.pk], visits=visits)
    held.refresh_from_db()
    audit.record("followups.order.hand_over", held, actor=actor, reason=reason.strip())
    if to is not None:
        enqueue(
            purpose="followups.assigned",
            recipient=ToStaff(to),
            channel="bell",
            template="followups.assigned",
            context={"count": 1},
            link=("followups:mine",),
            key=f"followups.assigned:{to.pk}:{held.pk}:{held.version}:1",
            now=now,
        )
    return held
