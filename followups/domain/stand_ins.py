"""Who judges a result that nobody may judge, because the only one who may sent it himself.

Four eyes stay. For the service centre's only reviewer the head of the order's department stands in, or medical
affairs; for the department's only head, medical affairs. As soon as somebody else who works here may, nobody stands in.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleIn

from accounts.actors import Actor
from accounts.models import Role, StaffMember, StaffRole
from followups.domain.heads import SUPERVISING, headed
from followups.models import FollowUpOrder, OrderState, Review
from followups.models.orders import FollowUpOrderQuerySet
from hospital_crm.tenancy.together import Few, PreparedReads
from messaging.domain.outbox import Notice, enqueue_all
from messaging.recipients import ToStaff

_REVIEW, _QUALITY = "followups.review", "followups.quality"


def _who_may(capability: str) -> QuerySet:
    """Those who work here and hold a role with this capability, whichever role is active."""
    roles = Role.objects.filter(capabilities__contains=[capability])
    return StaffMember.objects.active().filter(
        Exists(StaffRole.objects.filter(staff=OuterRef("pk"), role__in=roles.values("pk")))
    )


def may_stand_in(actor: Actor, order: FollowUpOrder) -> bool:
    """Whether the actor files or returns this result because no reviewer but its sender works here: the head of its
    department, or medical affairs. Never the sender.
    """
    if order.state != OrderState.SUBMITTED or order.submitted_by_id == actor.staff.pk or actor.can(_REVIEW):
        return False
    heads = actor.can(SUPERVISING) and order.department_id in actor.supervised_department_ids
    if not (heads or actor.can(_QUALITY)):
        return False
    return not _who_may(_REVIEW).exclude(pk=order.submitted_by_id).exists()


def to_file(actor: Actor) -> FollowUpOrderQuerySet:
    """The results of the hospital that wait for the actor in the place of the centre's only reviewer."""
    sent = FollowUpOrder.objects.filter(state=OrderState.SUBMITTED).exclude(submitted_by=actor.staff)
    if actor.can(_REVIEW) or not actor.can(_QUALITY):
        return sent.none()
    reviewers = [one.pk for one in _READS.read("reviewers")["reviewers"]]
    if len(reviewers) > 1:
        return sent.none()
    return sent.filter(submitted_by__in=reviewers) if reviewers else sent


@dataclass(frozen=True)
class OnlyHeads:
    """Each department with a head beside whom no other head works who could judge: a few dozen pairs."""

    pairs: tuple[tuple[int, int], ...]

    def sent(self, order: str = "") -> Q:
        """The condition that the result of an order was sent by such a head; `order`: the way to it, as `order__`."""
        place = (F(f"{order}department"), F(f"{order}submitted_by"))
        return Q(TupleIn(place, self.pairs)) if self.pairs else Q(pk__in=[])


def only_heads() -> OnlyHeads:
    """Who heads a department alone at present."""
    heads: dict[int, dict[int, bool]] = {}
    for link in _READS.read("heads")["heads"]:
        heads.setdefault(link.department_id, {})[link.staff_id] = link.can_judge
    judges = {department: {head for head, able in known.items() if able} for department, known in heads.items()}
    alone = ((one, head) for one, known in heads.items() for head in known if not judges[one] - {head})
    return OnlyHeads(tuple(alone))


def _lists(wanted: str) -> dict[str, Few]:
    """The heads of departments and whether each could judge, or up to two reviewers."""
    if wanted == "reviewers":
        return {wanted: Few(_who_may(_REVIEW)[:2], ["id"])}
    can_judge = Exists(_who_may(SUPERVISING).filter(pk=OuterRef("staff_id")))
    return {wanted: Few(headed().annotate(can_judge=can_judge), ["department_id", "staff_id", "can_judge"])}


_READS = PreparedReads(_lists)


def may_score_for_head(actor: Actor, order: FollowUpOrder) -> bool:
    """Whether the actor judges a result of the department's only head in that head's place: medical affairs does."""
    return actor.can(_QUALITY) and (order.department_id, order.submitted_by_id) in only_heads().pairs


def to_score(actor: Actor, heads: OnlyHeads) -> QuerySet[Review]:
    """The sampled results of only heads that wait for the actor's score."""
    waiting = Review.objects.filter(kind=Review.Kind.SAMPLE, verdict=Review.Verdict.PENDING)
    return waiting.filter(heads.sent("order__")).exclude(order__submitted_by=actor.staff)


def ask_stand_in(order: FollowUpOrder, *, now: dt.datetime) -> None:
    """No reviewer but the sender works here: the heads of the order's department hear that they file the result, else
    medical affairs.
    """
    if _who_may(_REVIEW).exclude(pk=order.submitted_by_id).exists():
        return
    links = headed().filter(department=order.department_id).order_by()
    heads = _who_may(SUPERVISING).filter(pk__in=links.values("staff_id")).exclude(pk=order.submitted_by_id)
    others = _who_may(_QUALITY).exclude(pk=order.submitted_by_id)
    asked = list(heads.values_list("pk", flat=True)) or list(others.values_list("pk", flat=True))
    enqueue_all(
        (
            Notice(
                purpose="followups.to_file",
                recipient=ToStaff(pk),
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
