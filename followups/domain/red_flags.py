"""A red flag heard in a call: who is told of it at once, and who acts on it."""

import datetime as dt
from collections.abc import Iterable

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import StaffMember
from followups.domain.ladder import Ladder
from followups.models import Attempt, FollowUpOrder
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff

# how long after it was heard those who act on it see the numbers
ACTED_ON_FOR = dt.timedelta(30)


def tell_red_flag(*, order: FollowUpOrder, actor: Actor, now: dt.datetime) -> None:
    """A red flag reaches a physician and the head nurse at once: the attending, during leave the cover, else the head
    of the department. Where none of them is there: medical affairs, else the manager of the service centre. Those who
    are here today, and not the one who heard it; where everybody is on leave, those who would decide.
    """
    _tell("followups.red_flag", order, actor, now)


def tell_taken_back(*, order: FollowUpOrder, actor: Actor, now: dt.datetime) -> None:
    """The result in which a red flag was told was taken back, and is being written anew: the same people hear of it.
    What was told stays on record.
    """
    _tell("followups.flag_taken_back", order, actor, now)


def _tell(template: str, order: FollowUpOrder, actor: Actor, now: dt.datetime) -> None:
    for staff in StaffMember.objects.filter(pk__in=_deciding(Ladder(), order, actor.staff.pk, today(now=now))):
        for channel in ("bell", "email"):
            enqueue(
                purpose="followups.red_flag",
                recipient=ToStaff(staff),
                channel=channel,
                template=template,
                context={"tier": order.tier, "step": order.step.number},
                link=("followups:order", order.public_id),
                key=f"{template}:{order.pk}:{order.version}:{staff.pk}:{channel}",
                urgency="interactive",
                now=now,
            )


def acts_on_flag(actor: Actor, order: FollowUpOrder, *, now: dt.datetime) -> bool:
    """Whether the actor acts on a red flag heard in this step: the purpose that shows the numbers, also once the result
    is sent. Who holds it or covers for the holder, the attending physician, the heads of department and ward, and
    whoever is told when they are not there, then or today. For thirty days, in a role of care, of somebody who may be
    called.
    """
    if not order.has_finding or order.finding_at is None or now > order.finding_at + ACTED_ON_FOR:
        return False
    if not order.may_be_called or order.patient.death_in_doubt_since is not None:
        return False
    if not (actor.can("followups.complete") or actor.can("patients.clinical")):
        return False
    day, staff_id = today(now=now), actor.staff.pk
    if order.assignee_id is not None and order.assignee_id in {staff_id, *actor.covered_staff_ids(day)}:
        return True
    ladder = Ladder()
    heads = {*ladder.heads(order.department_id), *ladder.head_nurses(order.ward_id)}
    heard = Attempt.objects.filter(order=order, at=order.finding_at).values_list("staff_id", flat=True).first()
    told = [_deciding(ladder, order, heard, on) for on in {day, today(now=order.finding_at)}]
    return staff_id in heads.union({order.attending_id}, *told)


def _deciding(ladder: Ladder, order: FollowUpOrder, heard_by: int | None, day: dt.date) -> set[int]:
    """Who is to act on a red flag heard on `day`."""
    own = {heard_by}

    def there(staff_ids: Iterable[int]) -> set[int]:
        return {found for staff_id in staff_ids if (found := ladder.reached(staff_id, day))}

    heads = set(ladder.heads(order.department_id))
    attending = there([order.attending_id] if order.attending_id else [])
    near = (attending or there(heads)) | there(ladder.head_nurses(order.ward_id))
    staff = StaffMember.objects.active()
    offices = [set(staff.holding(role).values_list("pk", flat=True)) for role in ("medical_affairs", "centre_manager")]
    rungs = [near, there(heads), *map(there, offices), heads, *offices]
    return next((found for rung in rungs if (found := rung - own)), set())
