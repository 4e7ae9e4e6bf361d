"""Working on an order: taking it up, keeping a draft, recording what came of a call.

Everything happens under a lock on the person, then on the order, so that a death, a second caller and planning wait.
A submission carries its own key: sent three times it is one attempt. It carries the version it was written on: when
somebody else acted meanwhile, it is refused and nothing is overwritten.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import today as hospital_today
from followups import signals
from followups.domain import closing, contacts, in_hand, numbers, red_flags, refusals, result_drafts, results
from followups.domain.calls import CallAdvice, advice_for, care_hours
from followups.domain.dissatisfactions import asked_again, hear
from followups.domain.following import check_person, hold
from followups.domain.holding import may_work_on
from followups.domain.result_checks import check, check_waits
from followups.domain.results import Result
from followups.domain.stand_ins import ask_stand_in
from followups.models import (
    REACHED,
    UNSTARTED,
    AnsweredBy,
    Attempt,
    Dissatisfaction,
    FollowUpOrder,
    OrderState,
    Outcome,
)
from followups.models.outcomes import WAYS
from patients.domain import life
from patients.models import ContactStop, Patient


@dataclass(frozen=True)
class Recorded:
    """The attempt and the order after it. `is_repeat`: the same submission had arrived before."""

    attempt: Attempt
    order: FollowUpOrder
    is_repeat: bool
    advice: CallAdvice


@transaction.atomic
def start(*, order: FollowUpOrder, actor: Actor, now: dt.datetime, version: int | None = None) -> FollowUpOrder:
    """Somebody takes an order up; one of the pool is in his hand then, so that no colleague calls at the same time.

    Refuses: who does not hold it, an order that is not open, the dead, a stop of contact, another version than shown,
    an order that a colleague has in hand, and a person who is not to be called now: a refusal of care follow-up, days
    without contact, the contact budget.
    """
    order, patient = hold(order)
    _refuse(order, patient, actor, now, version)
    check_waits(order, now=now, hours=care_hours())
    before = order.state
    if order.assignee_id is None:
        in_hand.take(order, actor, now=now)
    if order.state in UNSTARTED:
        order.state = OrderState.IN_PROGRESS
        _save(order, "state")
    audit.record("followups.order.start", order, actor=actor, before={"state": before}, after={"state": order.state})
    return order


@transaction.atomic
def save_draft(
    *, order: FollowUpOrder, draft: Mapping[str, Any], actor: Actor, now: dt.datetime, version: int | None = None
) -> FollowUpOrder:
    """Keeps what has been written so far. Changes nothing else; refuses as `start` does, but for whom it is not to be
    called now.
    """
    order, patient = hold(order)
    _refuse(order, patient, actor, now, version)
    order.draft, order.draft_at = result_drafts.written(order, draft, actor=actor, now=now), now
    FollowUpOrder.objects.filter(pk=order.pk).update(draft=order.draft, draft_at=now)
    return order


@transaction.atomic
def record_attempt(
    *, order: FollowUpOrder, result: Result, actor: Actor, key: uuid.UUID, version: int, now: dt.datetime
) -> Recorded:
    """One try, and what follows from it for the order, the person and the numbers.

    Completed sends the result for review; a red flag heard is told, whatever came of the call. Refuses, besides what
    `save_draft` refuses: a call that reached nobody where nobody was to be called (`check_waits`), a call outside the
    hospital's hours that is not for safety (one made inside them may be written down two hours later), more unreached
    tries than there may be, one more in a part of the day while another is left, or in one of that day, a second
    unreached call of one day, a fault of a number of several without saying which, a red flag without a note
    of what was heard, late without a reason, an agreed time that is not ahead, out of reach, or one at which nobody may
    call, a death before the discharge, lost before the ladder is done, a completed step without the answer on
    satisfaction that it asks for, and a low answer without its cause.
    """
    order, patient = hold(order)
    known = Attempt.objects.filter(key=key).select_related("order").first()
    if known is not None:
        return _repeat(known, order, now)
    _refuse(order, patient, actor, now, version, spoke=result.outcome in REACHED)
    hours = care_hours()
    check(order, result, now=now, hours=hours)
    before = {"state": order.state, "attempts": order.attempts_count}
    attempt = _write_attempt(order, result, actor, key, now, hours)
    _apply(order, result, actor, now)
    if result.complaint is not None:
        hear(order=order, complaint=result.complaint, actor=actor, now=now)
    _ask_again(patient, result, actor, now)
    numbers.flag(attempt, actor=actor)
    after = {"state": order.state, "outcome": result.outcome}
    audit.record("followups.attempt.record", order, actor=actor, before=before, after=after, attempt=attempt.pk)
    if result.has_finding:
        red_flags.tell_red_flag(order=order, actor=actor, now=now)
    _consequences(order, patient, result, actor, now)
    if order.state == OrderState.SUBMITTED:
        ask_stand_in(order, now=now)
    order.refresh_from_db()
    signals.result_recorded.send(sender=FollowUpOrder, order=order)
    return Recorded(attempt, order, False, advice_for(order, now=now))


def _repeat(known: Attempt, order: FollowUpOrder, now: dt.datetime) -> Recorded:
    if known.order_id != order.pk:
        raise refusals.KeyUsedElsewhere
    return Recorded(known, known.order, True, advice_for(known.order, now=now))


def _refuse(
    order: FollowUpOrder, patient: Patient, actor: Actor, now: dt.datetime, version: int | None, *, spoke: bool = False
) -> None:
    """Every reason not to work on this order. Who `spoke` with the person while the order went into another hand is not
    refused for that: the conversation took place.
    """
    check_person(patient, is_safety=order.is_safety)
    holds = may_work_on(actor, order, today=hospital_today(now=now))
    if spoke and order.is_working and not holds and in_hand.was_calling(order, actor, now=now):
        return
    if version is not None and order.version != version:
        raise refusals.OrderChanged
    if not order.is_working:
        raise refusals.OrderNotOpen
    if not holds:
        raise refusals.NotYourOrder
    in_hand.check(order, actor, now=now)


def _write_attempt(
    order: FollowUpOrder, result: Result, actor: Actor, key: uuid.UUID, now: dt.datetime, hours: tuple[int, int]
) -> Attempt:
    spoke = AnsweredBy.FAMILY if result.outcome == Outcome.COMPLETED_FAMILY else AnsweredBy.PATIENT
    is_reached, is_call, day = result.outcome in REACHED, results.is_call(order, result), hospital_today(now=now)
    point = None
    if result.outcome not in WAYS:
        point = numbers.named(order.patient, result.contact_point, result.relation, actor=actor, on=day)
    second = results.is_second_call(order, result, day)
    attempt = Attempt.objects.create(
        order=order,
        patient_id=order.patient_id,
        staff=actor.staff,
        at=now,
        on=day,
        day_part=results.part_of(order, result, now, hours),
        channel=results.way_of(order, result.outcome),
        outcome=result.outcome,
        answered_by=result.answered_by or (spoke if is_reached else ""),
        is_reached=is_reached,
        is_call=is_call,
        second_call=result.second_call if second else "",
        to_family=is_call and numbers.is_to_family(order.patient_id, point, on=day),
        satisfaction=result.satisfaction,
        has_finding=result.has_finding,
        note=result.note.strip(),
        next_step=result.next_step,
        agreed_at=result.agreed_at if result.outcome == Outcome.PARTLY else None,
        contact_point=point,
        key=key,
    )
    contacts.tell(order, attempt)
    return attempt


# Where an order stands after an outcome; everything else leaves it attempted.
_STATES = {
    Outcome.COMPLETED: OrderState.SUBMITTED,
    Outcome.COMPLETED_FAMILY: OrderState.SUBMITTED,
    Outcome.REFUSED_NOW: OrderState.REFUSED,
    Outcome.REFUSED_FOR_GOOD: OrderState.REFUSED,
    Outcome.READMITTED: OrderState.READMITTED,
    Outcome.TRANSFERRED: OrderState.TRANSFERRED,
    Outcome.LOST: OrderState.LOST,
}


def _apply(order: FollowUpOrder, result: Result, actor: Actor, now: dt.datetime) -> None:
    """The result on the order itself."""
    outcome = Outcome(result.outcome)
    is_same_call = results.is_written_anew(order, hospital_today(now=now))
    _take(order, actor)
    order.state = _STATES.get(outcome, OrderState.ATTEMPTED)
    order.state_reason = ""
    order.attempts_count += 0 if is_same_call else 1
    order.last_outcome, order.last_attempt_at = outcome, now
    order.agreed_at = result.agreed_at if outcome == Outcome.PARTLY else None
    order.note, order.next_step = result.note.strip(), result.next_step
    order.satisfaction = order.satisfaction if result.satisfaction is None else result.satisfaction
    if result.has_finding:
        order.has_finding, order.finding_at = True, now
    order.has_dissatisfaction = order.has_dissatisfaction or result.complaint is not None
    order.late_reason = result.late_reason.strip() or order.late_reason
    order.draft = order.draft_at = None
    if outcome in REACHED:
        order.reached_at = order.reached_at or now
    if order.state == OrderState.SUBMITTED:
        order.completed_at = order.completed_at or now
        order.submitted_at, order.submitted_by = now, actor.staff
    elif not order.is_open:
        order.closed_at = now
    _save(order, *_RESULT_FIELDS)
    in_hand.put_down(order)


_RESULT_FIELDS = (
    *("state", "state_reason", "assignee", "assignee_role", "attempts_count", "last_outcome", "last_attempt_at"),
    *("agreed_at", "note", "next_step", "has_finding", "finding_at", "has_dissatisfaction", "late_reason", "draft"),
    *("draft_at", "satisfaction", "reached_at", "completed_at", "submitted_at", "submitted_by", "closed_at"),
)


def _consequences(order: FollowUpOrder, patient: Patient, result: Result, actor: Actor, now: dt.datetime) -> None:
    """What an outcome means beyond this order."""
    if result.outcome == Outcome.DIED:
        life.report_death(patient, source="family", deceased_on=result.deceased_on, actor=actor, now=now)
    elif result.outcome == Outcome.REFUSED_FOR_GOOD:
        if patient.may_be_contacted:
            words = result.note.strip() or ContactStop.REFUSED_FOR_GOOD
            life.stop_contact(patient, words=words[:200], asked_by=_asked_by(result), actor=actor, now=now)
            closing.plan_safety_call(order=order, now=now)
    elif result.outcome == Outcome.READMITTED:
        closing.suspend_run(run=order.run, actor=actor, now=now)
    elif result.outcome == Outcome.TRANSFERRED:
        closing.end_run_by_transfer(run=order.run, actor=actor, now=now)
    else:
        closing.go_on(order=order, now=now)


def _ask_again(patient: Patient, result: Result, actor: Actor, now: dt.datetime) -> None:
    """What the person says now of what was not right before."""
    waiting = Dissatisfaction.objects.unsettled().filter(patient=patient, public_id__in=result.asked)
    for row in waiting.order_by("pk"):
        asked_again(dissatisfaction=row, is_content=result.asked[row.public_id], actor=actor, now=now)


def _asked_by(result: Result) -> str:
    return "family" if result.answered_by == AnsweredBy.FAMILY else "self"


def _take(order: FollowUpOrder, actor: Actor) -> None:
    """Whoever works on an order of the pool takes it."""
    if order.assignee_id is None:
        order.assignee = actor.staff


def _save(order: FollowUpOrder, *names: str) -> None:
    """Writes these fields and counts the version."""
    order.version = F("version") + 1
    order.save(update_fields=[*names, "version"])
    order.refresh_from_db(fields=["version"])
