"""Who judges a result that nobody may judge, because the only one who may sent it himself.

Four eyes stay. For the service centre's only reviewer the head of the order's department stands in, or medical
affairs; for the department's only head, medical affairs. As soon as somebody else who works here may, nobody stands in.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from accounts.actors import Actor
from accounts.models import Role, StaffDepartment, StaffMember
from followups.models import FollowUpOrder, OrderState, Review
from followups.models.orders import FollowUpOrderQuerySet
from messaging.domain.outbox import Notice, enqueue_all

_REVIEW, _SUPERVISE, _QUALITY = "followups.review", "followups.supervise", "followups.quality"


def _who_may(capability: str) -> QuerySet:
    """Those who work here and hold a role with this capability, whichever role is active."""
    roles = Role.objects.filter(capabilities__contains=[capability]).values_list("code", flat=True)
    return StaffMember.objects.active().holding(*roles)


def may_stand_in(actor: Actor, order: FollowUpOrder) -> bool:
    """Whether the actor files or returns this result because no reviewer but its sender works here: the head of its
    department, or medical affairs. Never the sender.
    """
    if order.state != OrderState.SUBMITTED or order.submitted_by_id == actor.staff.pk or actor.can(_REVIEW):
        return False
    heads = actor.can(_SUPERVISE) and order.department_id in actor.headed_department_ids
    if not (heads or actor.can(_QUALITY)):
        return False
    return not _who_may(_REVIEW).exclude(pk=order.submitted_by_id).exists()


def to_file(actor: Actor) -> FollowUpOrderQuerySet:
    """The results of the hospital that wait for the actor in the place of the centre's only reviewer."""
    sent = FollowUpOrder.objects.filter(state=OrderState.SUBMITTED).exclude(submitted_by=actor.staff)
    if actor.can(_REVIEW) or not actor.can(_QUALITY):
        return sent.none()
    reviewers = list(_who_may(_REVIEW).values_list("pk", flat=True)[:2])
    if len(reviewers) > 1:
        return sent.none()
    return sent.filter(submitted_by__in=reviewers) if reviewers else sent


def of_only_heads() -> FollowUpOrderQuerySet:
    """Orders whose result the head of their department sent, where no other head works who could judge it."""
    heads = StaffDepartment.objects.filter(department=OuterRef("department_id"), is_head=True)
    sender = {"staff": OuterRef("submitted_by_id")}
    others = heads.filter(staff__in=_who_may(_SUPERVISE)).exclude(**sender)
    return FollowUpOrder.objects.filter(Exists(heads.filter(**sender)), ~Exists(others))


def may_score_for_head(actor: Actor, order: FollowUpOrder) -> bool:
    """Whether the actor judges a result of the department's only head in that head's place: medical affairs does."""
    return actor.can(_QUALITY) and of_only_heads().filter(pk=order.pk).exists()


def to_score(actor: Actor) -> QuerySet[Review]:
    """The sampled results of only heads that wait for the actor's score."""
    waiting = Review.objects.filter(kind=Review.Kind.SAMPLE, verdict=Review.Verdict.PENDING)
    return waiting.filter(order__in=of_only_heads().exclude(submitted_by=actor.staff))


def ask_stand_in(order: FollowUpOrder, *, now: dt.datetime) -> None:
    """No reviewer but the sender works here: the heads of the order's department hear that they file the result, else
    medical affairs.
    """
    if _who_may(_REVIEW).exclude(pk=order.submitted_by_id).exists():
        return
    headed = StaffDepartment.objects.filter(department=order.department_id, is_head=True).values("staff_id")
    heads = _who_may(_SUPERVISE).filter(pk__in=headed).exclude(pk=order.submitted_by_id)
    others = _who_may(_QUALITY).exclude(pk=order.submitted_by_id)
    asked = list(heads.values_list("pk", flat=True)) or list(others.values_list("pk", flat=True))
    enqueue_all(
        (
            Notice(
                purpose="followups.to_file",
                staff_id=pk,
                channel="bell",
                template="followups.to_file",
                key=f"followups.to_file:{order.pk}:{order.version}:{pk}",
                context={"tier": order.tier, "step": order.step.number},
                link=("followups:order", order.public_id),
            )
            for pk in sorted(asked)
        ),
        now=now,
    )
