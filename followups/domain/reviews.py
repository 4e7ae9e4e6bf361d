"""Looking at results: the centre files or returns, a head returns, and scores what the month's sample drew."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import StaffMember
from followups.domain import dispatch, following, refusals
from followups.domain.errors import FollowUpError
from followups.domain.stand_ins import may_score_for_head, may_stand_in
from followups.models import FollowUpOrder, FollowUpRun, OrderState, Review
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff
from patients.models import Patient

_Kind, _Verdict = Review.Kind, Review.Verdict
_STANDING_IN = ("followups.supervise", "followups.quality")


class AlreadyScored(FollowUpError):
    """A sampled result is scored once."""

    message = _("This result has been scored.")


class OwnResult(FollowUpError):
    """Nobody judges the own work."""

    message = _("Nobody reviews the own result.")


_NOT_RETURNED = (
    *(refusals.NotToBeReviewed, refusals.PersonIsDead, refusals.ContactIsStopped, refusals.DeathInDoubt),
    *(refusals.FollowUpHasEnded, refusals.FollowUpOnHold, refusals.OrderChanged, OwnResult),
)


@transaction.atomic
def file_result(*, order: FollowUpOrder, actor: Actor, now: dt.datetime, version: int | None = None) -> FollowUpOrder:
    """The centre has checked a result and files it; where its only reviewer sent it himself, somebody stands in.

    Refuses: no right, what is not submitted, the own result, another version.
    """
    rights = ("followups.review", *(_STANDING_IN if may_stand_in(actor, order) else ()))
    order, _patient = _held(order, actor, rights, version)
    if order.state != OrderState.SUBMITTED:
        raise refusals.NotToBeReviewed
    _not_own(order, actor)
    _set_state(order, OrderState.FILED, closed_at=now)
    kind = _Kind.CENTRE if actor.can("followups.review") else _Kind.SUPERVISION
    Review.objects.create(order=order, kind=kind, verdict=_Verdict.FILED, reviewer=actor.staff, at=now)
    audit.record("followups.review.file", order, actor=actor, after={"state": order.state})
    return order


@transaction.atomic
def return_result(
    *, order: FollowUpOrder, reason: str, actor: Actor, now: dt.datetime, version: int | None = None
) -> FollowUpOrder:
    """A result is returned for redo, to whoever holds it, or down the ladder where that one can no longer do it; also
    by whoever stands in for the centre's only reviewer or the department's only head. Heads may return a filed one too.
    A finished run goes on.

    Refuses: no reason, no right, what was not sent, the own result, another version than shown, and where nobody may
    call again: the dead, those who refused, a run that ended or is on hold.
    """
    if not reason.strip():
        raise refusals.ReasonMissing
    stands_in = may_stand_in(actor, order) or may_score_for_head(actor, order)
    rights = ("followups.review", "followups.supervise", *(_STANDING_IN if stands_in else ()))
    order, patient = _held(order, actor, rights, version)
    if order.state not in (OrderState.SUBMITTED, OrderState.FILED):
        raise refusals.NotToBeReviewed
    _not_own(order, actor)
    following.check_person(patient)
    following.check_run(order.run, today=today(now=now))
    following.reopen(FollowUpRun.objects.filter(pk=order.run_id))
    _set_state(order, OrderState.RETURNED, closed_at=None, returned_at=now, escalation_level=0)
    kind = _Kind.CENTRE if actor.can("followups.review") else _Kind.SUPERVISION
    Review.objects.create(
        order=order, kind=kind, verdict=_Verdict.RETURNED, reviewer=actor.staff, at=now, reason=reason.strip()
    )
    audit.record("followups.review.return", order, actor=actor, after={"state": order.state})
    if dispatch.take_back(actor=actor, now=now, orders=FollowUpOrder.objects.filter(pk=order.pk)):
        order.refresh_from_db()
    _tell(order.assignee or order.submitted_by, "followups.returned", order, actor, now)
    return order


def return_many(*, orders: Iterable[FollowUpOrder], reason: str, actor: Actor, now: dt.datetime) -> int:
    """Returns each result that can be returned and answers how many. Refuses: no reason, no right."""
    returned = 0
    for order in sorted(orders, key=lambda one: (one.patient_id, one.pk)):
        try:
            return_result(order=order, reason=reason, actor=actor, now=now)
        except _NOT_RETURNED:
            continue
        returned += 1
    return returned


@transaction.atomic
def score(*, review: Review, points: int, remark: str, actor: Actor, now: dt.datetime) -> Review:
    """A head scores a sampled result, 1 to 5; medical affairs where the department's only head sent it.

    Refuses: no right, the own result, what has been scored.
    """
    if not (actor.can("followups.supervise") or may_score_for_head(actor, review.order)):
        raise refusals.NotAllowed
    row = Review.objects.select_for_update(of=("self",)).select_related("order").get(pk=review.pk)
    if row.verdict != _Verdict.PENDING:
        raise AlreadyScored
    _not_own(row.order, actor)
    row.verdict, row.score, row.reason = _Verdict.SCORED, points, remark.strip()
    row.reviewer, row.at = actor.staff, now
    row.save(update_fields=["verdict", "score", "reason", "reviewer", "at"])
    audit.record("followups.sample.score", row.order, actor=actor, after={"score": points})
    return row


def _held(
    order: FollowUpOrder, actor: Actor, capabilities: tuple[str, ...], version: int | None
) -> tuple[FollowUpOrder, Patient]:
    """The order and its person, locked, after asking for the right and the version."""
    if not any(actor.can(capability) for capability in capabilities):
        raise refusals.NotAllowed
    if not FollowUpOrder.objects.visible_to(actor).filter(pk=order.pk).exists():
        raise refusals.NotAllowed
    found, patient = following.hold(order)
    if version is not None and found.version != version:
        raise refusals.OrderChanged
    return found, patient


def _not_own(order: FollowUpOrder, actor: Actor) -> None:
    if order.submitted_by_id == actor.staff.pk:
        raise OwnResult


def _set_state(order: FollowUpOrder, state: OrderState, **fields: Any) -> None:
    changes = {"state": state, "state_reason": "", **fields}
    FollowUpOrder.objects.filter(pk=order.pk).update(version=F("version") + 1, **changes)
    order.refresh_from_db(fields=[*changes, "version"])


def tell_return_undone(*, order: FollowUpOrder, returned_at: dt.datetime, actor: Actor, now: dt.datetime) -> None:
    """A return was undone: whoever was told of it hears that nothing is to be redone, and so does who holds it now."""
    moved = order.transfers.filter(at__gt=returned_at).select_related("from_staff").first()
    then = moved.from_staff if moved else order.assignee
    for staff in {then or order.submitted_by, order.assignee}:
        _tell(staff, "followups.return_undone", order, actor, now)


def _tell(staff: StaffMember | None, template: str, order: FollowUpOrder, actor: Actor, now: dt.datetime) -> None:
    """One of a return and of its undoing, but for who did it."""
    if staff is None or staff.pk == actor.staff.pk or not staff.is_active:
        return
    enqueue(
        purpose="followups.returned",
        recipient=ToStaff(staff),
        channel="bell",
        template=template,
        context={"tier": order.tier, "step": order.step.number},
        link=("followups:order", order.public_id),
        key=f"{template}:{order.pk}:{order.version}:{staff.pk}:{now:%Y%m%d}",
        now=now,
    )
