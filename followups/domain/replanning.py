"""What changes for a run that is there: cancelled, suspended, given back, or planned anew because tier or stay changed.

Only orders nobody has started are planned anew; what was done stays as it was.
"""

import datetime as dt

from django.db.models import F

from followups.domain.facts import Stay
from followups.domain.following import has_rival, is_in_house, reopen
from followups.domain.moves import close_runs, end_orders_of_runs, move_orders, resume_orders
from followups.domain.openings import BEFORE_START, is_enrolled, orders_of
from followups.domain.plan_context import PlanContext
from followups.domain.protocols import plan_of
from followups.domain.writing import OrderRow, write_orders
from followups.models import UNSTARTED, FollowUpOrder, FollowUpRun, OrderState, Outcome
from patients.models import Patient

RETIERED = "retiered"
CANCELLED = "cancelled"
IN_HOUSE = "in_house"
DEATH_IN_DOUBT = "death_in_doubt"
CONTACT_STOPPED = "contact_stopped"
_REVIVABLE = (RETIERED, CANCELLED, BEFORE_START)
_Closed = FollowUpRun.Closed


def cancel(context: PlanContext, run: FollowUpRun) -> None:
    """The discharge was withdrawn: everything not done is void, the run is closed."""
    runs = FollowUpRun.objects.filter(pk=run.pk)
    if run.state in FollowUpRun.OPEN_STATES:
        context.result.orders_changed += end_orders_of_runs(runs, OrderState.VOID, now=context.now, reason=CANCELLED)
        context.result.runs_closed += close_runs(runs, _Closed.CANCELLED, now=context.now)


def suspend(context: PlanContext, run: FollowUpRun) -> None:
    """The person is in the house again: nobody calls."""
    if run.state != FollowUpRun.State.OPEN:
        return
    FollowUpRun.objects.filter(pk=run.pk).update(state=FollowUpRun.State.SUSPENDED)
    orders = FollowUpOrder.objects.filter(run=run)
    context.result.orders_changed += move_orders(orders, OrderState.SUSPENDED, now=context.now, reason=IN_HOUSE)


def replan(context: PlanContext, run: FollowUpRun, stay: Stay, tier: str, *, is_newest: bool) -> None:
    """Brings a run in line with its stay: another tier, discharge day, department, ward or physician.

    A stay that ended with a transfer after all ends its run. A run closed because its discharge was cancelled opens
    again when the discharge stands after all, the person may be contacted and no later discharge is followed; so does
    one that planning closed because of a transfer that was none, while its steps are not over. Other closed runs stay
    closed.
    """
    anchor_on = stay.facts.discharged_on
    assert anchor_on is not None
    if stay.facts.disposition == "transfer":
        if run.state in FollowUpRun.OPEN_STATES:
            _end_by_transfer(context, run)
        return
    if run.closed_reason == _Closed.CANCELLED:
        if not _reopened(run, stay):
            return
    elif run.closed_reason == _Closed.TRANSFERRED:
        if not (is_newest and _back_from_transfer(context, run, stay, tier)):
            return
    elif run.state not in FollowUpRun.OPEN_STATES or not is_newest:
        return
    is_suspended = run.state == FollowUpRun.State.SUSPENDED
    context = _pinned(context, run)
    wanted = orders_of(context, stay, run_id=run.pk, tier=tier, anchor_on=anchor_on, is_suspended=is_suspended)
    present = list(FollowUpOrder.objects.filter(run=run).select_for_update())
    moved = run.tier != tier or run.anchor_on != anchor_on
    if moved:
        FollowUpRun.objects.filter(pk=run.pk).update(tier=tier, anchor_on=anchor_on)
    _apply(context, wanted, present, tier=tier)


def _end_by_transfer(context: PlanContext, run: FollowUpRun) -> None:
    """Another hospital cares for the person, as the list says by now: nobody calls."""
    runs = FollowUpRun.objects.filter(pk=run.pk)
    ended = end_orders_of_runs(runs, OrderState.TRANSFERRED, now=context.now, reason=_Closed.TRANSFERRED)
    context.result.orders_changed += ended
    context.result.runs_closed += close_runs(runs, _Closed.TRANSFERRED, now=context.now)


def _back_from_transfer(context: PlanContext, run: FollowUpRun, stay: Stay, tier: str) -> bool:
    """Opens a run that planning closed as transferred, with what of it lies ahead; where a caller was told of the
    transfer, or every step is over, it stays closed. Of somebody who may have died or is in the house again it waits;
    for somebody who refused it stays closed, as refused.
    """
    orders = FollowUpOrder.objects.filter(run=run)
    if orders.filter(last_outcome=Outcome.TRANSFERRED).exists():
        return False
    if not is_enrolled(_pinned(context, run), stay, tier=tier, anchor_on=stay.facts.ended_on):
        return False
    ahead = orders.filter(state=OrderState.TRANSFERRED, latest_on__gte=context.on)
    if not _reopened(run, stay):
        if stay.contact_state == Patient.ContactState.STOPPED:
            ahead.update(state=OrderState.REFUSED, state_reason=CONTACT_STOPPED, version=F("version") + 1)
        return False
    if run.state == FollowUpRun.State.SUSPENDED:
        waits = {"state": OrderState.SUSPENDED, "state_reason": DEATH_IN_DOUBT, "closed_at": None}
        context.result.orders_changed += ahead.update(version=F("version") + 1, **waits)
        return True
    context.result.orders_changed += resume_orders(ahead, from_state=OrderState.TRANSFERRED)
    if is_in_house(run, today=context.on):
        suspend(context, run)
        run.state = FollowUpRun.State.SUSPENDED
    return True


def _reopened(run: FollowUpRun, stay: Stay) -> bool:
    """Opens a run whose discharge stands after all; for somebody who refused meanwhile it stays closed, as refused, and
    for somebody who may have died it waits.
    """
    runs = FollowUpRun.objects.filter(pk=run.pk)
    if stay.contact_state not in (Patient.ContactState.OPEN, "doubted"):
        runs.update(closed_reason=_Closed.REFUSED)
        return False
    if has_rival(run):
        return False
    reopen(runs)
    run.state = FollowUpRun.State.SUSPENDED if stay.contact_state == "doubted" else FollowUpRun.State.OPEN
    runs.update(state=run.state)
    return True


def _apply(context: PlanContext, wanted: list[OrderRow], present: list[FollowUpOrder], *, tier: str) -> None:
    """Voids what another tier no longer asks, updates what nobody started, adds what is missing."""
    by_key = {(order.step_id, order.occurrence): order for order in present}
    gone = [order.pk for order in present if order.tier != tier and _is_unstarted(order)]
    orders = FollowUpOrder.objects.filter(pk__in=gone)
    context.result.orders_changed += move_orders(orders, OrderState.VOID, now=context.now, reason=RETIERED)
    done_until = max((order.due_on for order in present if _was_done(order)), default=None)
    missing: list[OrderRow] = []
    for row in wanted:
        order = by_key.get((row.step_id, row.occurrence))
        if order is not None:
            if not (order.state_reason == BEFORE_START and _already_called(row, done_until)):
                context.result.orders_changed += _update(order, row)
        elif row.state != OrderState.VOID and not _already_called(row, done_until):
            missing.append(row)
    context.result.orders_created += write_orders(missing, now=context.now)


def _update(order: FollowUpOrder, row: OrderRow) -> int:
    """Brings an order nobody started in line; revives one that another tier, a cancelled discharge or a window over
    before planning began had made void, where it is wanted now.
    """
    revives = order.state == OrderState.VOID and order.state_reason in _REVIVABLE and row.state != OrderState.VOID
    if not revives and not _is_unstarted(order):
        return 0
    changes = {
        "earliest_on": row.window.earliest_on,
        "due_on": row.window.due_on,
        "latest_on": row.window.latest_on,
        "is_duty_list": row.window.is_duty_list,
        "department_id": row.places.department_id,
        "ward_id": row.places.ward_id,
        "attending_id": row.places.attending_id,
    }
    same_places = all(getattr(order, name) == value for name, value in changes.items() if name.endswith("_id"))
    if revives or not same_places:
        changes |= {"assignee_id": row.assignee_id, "assignee_role": row.assignee_role, "state": row.state}
        changes |= {"state_reason": row.state_reason, "closed_at": None}
    if row.state == OrderState.VOID or all(getattr(order, name) == value for name, value in changes.items()):
        return 0
    return FollowUpOrder.objects.filter(pk=order.pk).update(version=F("version") + 1, **changes)


def _is_unstarted(order: FollowUpOrder) -> bool:
    waits = order.state == OrderState.SUSPENDED and order.attempts_count == 0
    return order.state in UNSTARTED or waits


def _was_done(order: FollowUpOrder) -> bool:
    return order.attempts_count > 0 or order.submitted_at is not None


def _already_called(row: OrderRow, done_until: dt.date | None) -> bool:
    """A step that was due before a call that has been made."""
    return done_until is not None and row.window.due_on <= done_until


def _pinned(context: PlanContext, run: FollowUpRun) -> PlanContext:
    """Planning by the version the run was opened with."""
    from dataclasses import replace

    if run.protocol_id == context.plan.protocol.pk:
        return context
    return replace(context, plan=plan_of(run.protocol), _windows={})
