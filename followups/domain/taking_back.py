"""What was sent or decided by mistake is taken back, by whoever did it or the centre, while nothing has followed from
it (docs/decisions/0027).

A result that waits for review becomes the draft of its sender again; a filed one waits for review again; a returned one
that nobody has begun to redo, too. Each takes the lock that filing and returning take: of two at once the second is
refused.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import today
from followups.domain import closing, following, in_hand, red_flags, refusals, result_drafts, reviews
from followups.models import Attempt, DissatisfactionEntry, FollowUpOrder, FollowUpRun, OrderState, Review
from followups.models.outcomes import EFFECTIVE

_Kind, _Verdict = Review.Kind, Review.Verdict


def may_take_back(actor: Actor, order: FollowUpOrder) -> bool:
    """Whether the actor sent this result and it waits for review."""
    is_own = order.submitted_by_id == actor.staff.pk and actor.can("followups.complete")
    return is_own and order.state == OrderState.SUBMITTED


def may_undo_review(actor: Actor, order: FollowUpOrder) -> bool:
    """Whether the actor may undo what was decided on the result: it was filed, or returned and nobody began again."""
    if not actor.can("followups.review") or order.submitted_by_id == actor.staff.pk:
        return False
    return order.state == OrderState.FILED or _waits_to_be_redone(order)


@transaction.atomic
def take_back_result(
    *, order: FollowUpOrder, actor: Actor, now: dt.datetime, version: int | None = None
) -> FollowUpOrder:
    """Whoever sent a result has it as a draft again. The attempt stays, and so does what was told of a red flag; those
    who were told hear that it was taken back. What is sent next on that day is of the same call.

    Refuses: who did not send it, what does not wait for review any more, another version than shown, a result that the
    sample drew or in which somebody was not content, and where nobody may call again.
    """
    order, patient = following.hold(order)
    if version is not None and order.version != version:
        raise refusals.OrderChanged
    if order.state != OrderState.SUBMITTED:
        raise refusals.NotToBeReviewed
    if not may_take_back(actor, order):
        raise refusals.NotYourOrder
    following.check_person(patient, is_safety=order.is_safety)
    following.check_run(order.run, today=today(now=now))
    if _has_followed(order):
        raise refusals.SomethingFollowed
    sent, flagged = order.submitted_at, order.has_finding and order.finding_at == order.submitted_at
    draft = result_drafts.written(order, _as_draft(order), actor=actor, now=now)
    _save(order, **_before(order), draft=draft, draft_at=now)
    runs = FollowUpRun.objects.filter(pk=order.run_id)
    following.reopen(runs)
    runs.filter(end_proposed_at__gte=sent).update(end_proposed_at=None)
    Review.objects.create(order=order, kind=_Kind.SENDER, verdict=_Verdict.RECALLED, reviewer=actor.staff, at=now)
    audit.record("followups.result.take_back", order, actor=actor, after={"state": order.state}, red_flag=flagged)
    if flagged:
        red_flags.tell_taken_back(order=order, actor=actor, now=now)
    return order


@transaction.atomic
def undo_review(
    *, order: FollowUpOrder, reason: str, actor: Actor, now: dt.datetime, version: int | None = None
) -> FollowUpOrder:
    """The centre undoes that a result was filed or returned: it waits for review again. Whoever was told of the return
    hears that.

    Refuses: no reason, no right, the own result, another version than shown, what was neither filed nor returned, and a
    return after which somebody wrote or called.
    """
    if not reason.strip():
        raise refusals.ReasonMissing
    if not actor.can("followups.review") or not FollowUpOrder.objects.visible_to(actor).filter(pk=order.pk).exists():
        raise refusals.NotAllowed
    order, _patient = following.hold(order)
    if version is not None and order.version != version:
        raise refusals.OrderChanged
    if order.submitted_by_id == actor.staff.pk:
        raise reviews.OwnResult
    if order.state not in (OrderState.FILED, OrderState.RETURNED):
        raise refusals.NotFiledNorReturned
    before = order.state
    in_a_hand = in_hand.left_in_hand(FollowUpOrder.objects.filter(pk=order.pk), now=now)
    if before == OrderState.RETURNED and (not _waits_to_be_redone(order) or in_a_hand):
        raise refusals.SomethingFollowed
    returned_at = order.returned_at if before == OrderState.RETURNED else None
    returned = {"returned_at": _return_before(order)} if returned_at else {}
    _save(order, state=OrderState.SUBMITTED, state_reason="", closed_at=None, **returned)
    if order.run.state == FollowUpRun.State.OPEN:
        closing.finish(order.run, now=now)
    Review.objects.create(
        order=order, kind=_Kind.CENTRE, verdict=_Verdict.UNDONE, reviewer=actor.staff, at=now, reason=reason.strip()
    )
    audit.record("followups.review.undo", order, actor=actor, before={"state": before}, after={"state": order.state})
    if returned_at:
        reviews.tell_return_undone(order=order, returned_at=returned_at, actor=actor, now=now)
    return order


def _has_followed(order: FollowUpOrder) -> bool:
    """The month's sample drew the result, or what somebody was not content with in it is with its owner, or the person
    said in it of an earlier matter whether it is settled.
    """
    if order.reviews.filter(kind=_Kind.SAMPLE).exists():
        return True
    said = DissatisfactionEntry.objects.filter(
        dissatisfaction__patient=order.patient_id, by=order.submitted_by_id, at=order.submitted_at
    )
    return said.exists() or order.dissatisfactions.filter(heard_at__gte=order.submitted_at).exists()


def _waits_to_be_redone(order: FollowUpOrder) -> bool:
    """Returned, and since then neither written nor called."""
    if order.state != OrderState.RETURNED or order.returned_at is None or order.submitted_at is None:
        return False
    since = [at for at in (order.last_attempt_at, order.draft_at) if at is not None]
    return all(at <= order.returned_at for at in since)


def _return_before(order: FollowUpOrder) -> dt.datetime | None:
    """When the result was returned before the last time."""
    returns = order.reviews.filter(verdict=_Verdict.RETURNED).order_by("-at", "-pk")
    return returns.values_list("at", flat=True)[1:2].first()


def _before(order: FollowUpOrder) -> dict[str, Any]:
    """The order without the result; what an earlier one had brought stays."""
    changes: dict[str, Any] = {
        "state": OrderState.RETURNED if order.returned_at else OrderState.ATTEMPTED,
        "state_reason": "",
        "submitted_at": None,
        "submitted_by": None,
    }
    sent, earlier = order.submitted_at, _standing_before(order)
    changes |= {name: None for name in ("completed_at", "reached_at") if getattr(order, name) == sent}
    answers = [one.satisfaction for one in earlier if one.satisfaction is not None]
    changes["satisfaction"] = answers[-1] if answers else None
    if order.finding_at == sent:
        heard = [one.at for one in earlier if one.has_finding]
        changes |= {"has_finding": bool(heard), "finding_at": heard[-1] if heard else None}
    return changes


def _standing_before(order: FollowUpOrder) -> list[Attempt]:
    """The attempts before this result, the first one first, without results that were taken back."""
    found = list(Attempt.objects.filter(order=order, at__lt=order.submitted_at).order_by("at", "pk"))
    for at in order.reviews.filter(verdict=_Verdict.RECALLED).order_by("at", "pk").values_list("at", flat=True):
        sent = [one for one in found if one.outcome in EFFECTIVE and one.at <= at]
        found.remove(sent[-1])
    return found


def _as_draft(order: FollowUpOrder) -> dict[str, str]:
    """The fields of the form as they were sent."""
    attempt = Attempt.objects.filter(order=order, at=order.submitted_at).latest("pk")
    return {
        "outcome": attempt.outcome,
        "note": attempt.note,
        "has_finding": "1" if attempt.has_finding else "0",
        "next_step": attempt.next_step,
        "late_reason": order.late_reason,
        "second_call": attempt.second_call,
        "contact_point": str(attempt.contact_point_id or ""),
        "satisfaction": "" if attempt.satisfaction is None else str(attempt.satisfaction),
    }


def _save(order: FollowUpOrder, **changes: Any) -> None:
    FollowUpOrder.objects.filter(pk=order.pk).update(version=F("version") + 1, **changes)
    order.refresh_from_db(fields=[*changes, "version"])
