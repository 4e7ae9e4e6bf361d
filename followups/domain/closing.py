"""What follows when an order is done: the next repeat, a step after a finding, the end of a run."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import today
from followups.domain import following, holds, refusals, repeats
from followups.domain.errors import FollowUpError
from followups.domain.moves import close_runs, end_orders_of_runs, move_orders, resume_orders
from followups.models import CLOSED, OPEN, FollowUpOrder, FollowUpRun, OrderState, Outcome, ProtocolStep
from patients.models import Patient

_State, _Closed = FollowUpRun.State, FollowUpRun.Closed


class RunNotSuspended(FollowUpError):
    """Only a suspended run can go on."""

    message = _("This follow-up is not suspended.")


def go_on(*, order: FollowUpOrder, now: dt.datetime) -> None:
    """After an attempt: writes what follows, proposes or makes the end of the run; nothing after a run that ended."""
    is_to_be_called = order.state in OPEN and order.state != OrderState.SUBMITTED
    if is_to_be_called or order.run.state == _State.CLOSED:
        return
    if order.has_finding:
        repeats.follow_finding(order=order, now=now)
    repeats.extend(run_ids=[order.run_id], now=now)
    _propose_end(order, now)
    finish(order.run, now=now)


def plan_safety_call(*, order: FollowUpOrder, now: dt.datetime) -> None:
    """Somebody refused all contact for good in a call in which a red flag was heard: only the call back for safety is
    left. It is the step that the protocol has after a finding, else this order itself, inside its window.
    """
    if order.has_finding and not repeats.follow_finding(order=order, now=now):
        move_orders(FollowUpOrder.objects.filter(pk=order.pk), OrderState.ATTEMPTED, now=now)


def suspend_run(*, run: FollowUpRun, actor: Actor | None, now: dt.datetime) -> int:
    """A caller was told that the person is in hospital again: nobody calls until the next discharge, or until somebody
    lets the run go on.
    """
    holds.hold_runs(FollowUpRun.objects.filter(pk=run.pk, state=_State.OPEN), on=today(now=now))
    orders = FollowUpOrder.objects.filter(run=run)
    suspended = move_orders(orders, OrderState.SUSPENDED, now=now, reason=holds.IN_HOUSE)
    audit.record("followups.run.suspend", run, actor=actor, orders=suspended)
    return suspended


# Who may let a run go on: clinical staff, and those who dispatch.
RESUMING = ("followups.raise_tier", "followups.lower_tier", "followups.ward", "followups.dispatch")


def may_resume(actor: Actor) -> bool:
    """Whether the role may let a suspended run go on."""
    return any(actor.can(capability) for capability in RESUMING)


def may_end(actor: Actor, run: FollowUpRun) -> bool:
    """Whether the end of this run is proposed, and the role decides on it."""
    return run.end_proposed_at is not None and run.state != _State.CLOSED and actor.can("followups.lower_tier")


@transaction.atomic
def resume_run(*, run: FollowUpRun, reason: str, actor: Actor, now: dt.datetime, is_error: bool = False) -> int:
    """The person is at home after all: the run goes on, but for what closed meanwhile; after a readmission reported in
    error also with the step it ended, where it lies ahead. A later stay that has not ended in the lists holds this run
    no more.

    Refuses a run that is not suspended, no reason, a role that may not, and a person who is not to be called.
    """
    if not may_resume(actor):
        raise refusals.NotAllowed
    if not reason.strip():
        raise refusals.ReasonMissing
    following.check_person(Patient.objects.select_for_update(no_key=True).get(pk=run.patient_id))
    run = FollowUpRun.objects.select_for_update().get(pk=run.pk)
    if run.state != _State.SUSPENDED:
        raise RunNotSuspended
    day = today(now=now)
    overruled = [*run.overruled_stays, *following.holding_stays(run, today=day)]
    runs, orders = FollowUpRun.objects.filter(pk=run.pk), FollowUpOrder.objects.filter(run=run)
    runs.update(overruled_stays=overruled)
    holds.release_runs(runs)
    closed, why = (OrderState.VOID, holds.IN_ERROR) if is_error else (OrderState.READMITTED, holds.IN_HOUSE)
    resumed = holds.resume(orders, since=run.held_on, closed=closed, reason=why, now=now, on=day)
    if is_error:
        ended = orders.filter(last_outcome=Outcome.READMITTED, latest_on__gte=day)
        resumed += resume_orders(ended, from_state=OrderState.READMITTED)
    continue_run(run, now=now)
    audit.record("followups.run.resume", run, actor=actor, orders=resumed, reason=reason.strip())
    return resumed


def continue_run(run: FollowUpRun, *, now: dt.datetime, on: dt.date | None = None) -> None:
    """A run that goes on with nothing left to call gets its next repeats, or is closed."""
    if not _is_left(run):
        repeats.extend(run_ids=[run.pk], now=now, on=on)
        finish(run, now=now)


def end_run_by_transfer(*, run: FollowUpRun, actor: Actor, now: dt.datetime) -> int:
    """Another hospital cares for the person: nothing more is due here."""
    runs = FollowUpRun.objects.filter(pk=run.pk)
    ended = end_orders_of_runs(runs, OrderState.TRANSFERRED, now=now, reason=_Closed.TRANSFERRED)
    close_runs(runs, _Closed.TRANSFERRED, now=now)
    audit.record("followups.run.transfer", run, actor=actor, orders=ended)
    return ended


@transaction.atomic
def agree_end(*, run: FollowUpRun, reason: str, actor: Actor, now: dt.datetime) -> int:
    """A physician agrees that regular follow-up ends: what is not done is void.

    Refuses others, no reason, and a run whose end is not proposed.
    """
    runs = _proposed(run, reason, actor)
    ended = end_orders_of_runs(runs, OrderState.VOID, now=now, reason=_Closed.AGREED)
    close_runs(runs, _Closed.AGREED, now=now)
    audit.record("followups.run.agree_end", run, actor=actor, orders=ended, reason=reason.strip())
    return ended


@transaction.atomic
def keep_on(*, run: FollowUpRun, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A physician wants the person followed further; a later clean occurrence proposes the end again. Refuses alike."""
    _proposed(run, reason, actor).update(end_proposed_at=None)
    audit.record("followups.run.keep_on", run, actor=actor, reason=reason.strip())


def _proposed(run: FollowUpRun, reason: str, actor: Actor) -> QuerySet:
    """The run whose end is proposed, held."""
    if not actor.can("followups.lower_tier"):
        raise refusals.NotAllowed
    if not reason.strip():
        raise refusals.ReasonMissing
    held = FollowUpRun.objects.select_for_update().get(pk=run.pk)
    if held.end_proposed_at is None or held.state == _State.CLOSED:
        raise refusals.EndNotProposed
    return FollowUpRun.objects.filter(pk=run.pk)


def _propose_end(order: FollowUpOrder, now: dt.datetime) -> None:
    """After so many occurrences in a row that were completed without a finding the end is proposed; a physician agrees
    or does not. One that was refused or lost says nothing of how the person is.
    """
    wanted = order.step.ends_after_clean
    if wanted is None or order.run.end_proposed_at is not None:
        return
    begun = Q(attempts_count__gt=0) | Q(state__in=[state for state in CLOSED if state != OrderState.VOID])
    rows = FollowUpOrder.objects.filter(begun, run=order.run, step=order.step).order_by("-occurrence")
    last = list(rows.values_list("completed_at", "has_finding", "has_dissatisfaction")[:wanted])
    if len(last) == wanted and all(done and not (finding or unhappy) for done, finding, unhappy in last):
        FollowUpRun.objects.filter(pk=order.run_id).update(end_proposed_at=now)


def finish(run: FollowUpRun, *, now: dt.datetime) -> None:
    """A run without an endless step closes when nothing is left to call."""
    steps = ProtocolStep.objects.filter(protocol=run.protocol_id, tier=run.tier)
    if steps.filter(repeats_every__isnull=False, repeat_until__isnull=True).exists():
        return
    if not _is_left(run):
        close_runs(FollowUpRun.objects.filter(pk=run.pk), _Closed.FINISHED, now=now)


def _is_left(run: FollowUpRun) -> bool:
    """Whether something is still to be called, now or after the hold."""
    states = [state for state in OPEN if state != OrderState.SUBMITTED]
    return FollowUpOrder.objects.filter(run=run, state__in=states).exists()
