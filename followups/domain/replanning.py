"""What changes for a run that is there: cancelled, suspended, given back, opened again by a higher tier, or planned
anew because tier or stay changed.

Only orders nobody has started are planned anew; what was done stays as it was.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F

from followups.domain.facts import Stay
from followups.domain.following import has_rival, holding_stays, reopen
from followups.domain.holds import DEATH_IN_DOUBT, IN_HOUSE, hold_runs
from followups.domain.moves import close_runs, end_orders_of_runs, move_orders, resume_orders
from followups.domain.openings import BEFORE_START, is_enrolled, orders_of
from followups.domain.plan_context import PlanContext
from followups.domain.writing import OrderRow, write_orders
from followups.models import UNSTARTED, FollowUpOrder, FollowUpRun, OrderState, OrderTransfer, Outcome
from patients.models import Encounter, Patient

RETIERED = "retiered"
CANCELLED = "cancelled"
CONTACT_STOPPED = "contact_stopped"
_REVIVABLE = (RETIERED, CANCELLED, BEFORE_START)
_Closed = FollowUpRun.Closed
# what a higher tier opens again; a refusal, a death, a transfer or a later discharge stands
_OVER = (_Closed.FINISHED, _Closed.AGREED, _Closed.BEFORE_START)


def cancel(context: PlanContext, run: FollowUpRun) -> None:
    """The discharge was withdrawn: everything not done is void, the run is closed."""
    runs = FollowUpRun.objects.filter(pk=run.pk)
    if run.state in FollowUpRun.OPEN_STATES:
        context.result.orders_changed += end_orders_of_runs(runs, OrderState.VOID, now=context.now, reason=CANCELLED)
        context.result.runs_closed += close_runs(runs, _Closed.CANCELLED, now=context.now)


def suspend(context: PlanContext, run: FollowUpRun, stay_id: int) -> None:
    """The person is in the house again for this stay: nobody calls, unless somebody let the run go on over it."""
    if run.state != FollowUpRun.State.OPEN or stay_id in run.overruled_stays:
        return
    run.state = FollowUpRun.State.SUSPENDED
    hold_runs(FollowUpRun.objects.filter(pk=run.pk), on=context.on, stay=stay_id)
    orders = FollowUpOrder.objects.filter(run=run)
    context.result.orders_changed += move_orders(orders, OrderState.SUSPENDED, now=context.now, reason=IN_HOUSE)


def replan(
    context: PlanContext, run: FollowUpRun, stay: Stay, tier: str, *, is_newest: bool, is_by_hand: bool = False
) -> None:
    """Brings a run in line with its stay: another tier, discharge day, department, ward or physician. `context` is of
    the version that the run pins; `is_by_hand`: somebody set this tier.

    A stay that ended with a transfer after all ends its run. A run closed because its discharge was cancelled opens
    again when the discharge stands after all, the person may be contacted and no later discharge is followed; so does
    one that planning closed because of a transfer that was none, while its steps are not over; so does one that had
    come to its end, or was over before planning began, when the tier rose. Other closed runs stay closed.
    """
    anchor_on = stay.facts.ended_on
    if stay.facts.disposition == "transfer":
        if run.state in FollowUpRun.OPEN_STATES:
            _end_by_transfer(context, run)
        return
    if not _goes_on(context, run, stay, tier, is_newest=is_newest, is_by_hand=is_by_hand):
        return
    is_suspended = run.state == FollowUpRun.State.SUSPENDED
    wanted = orders_of(context, stay, run_id=run.pk, tier=tier, anchor_on=anchor_on, is_suspended=is_suspended)
    present = list(FollowUpOrder.objects.filter(run=run).select_for_update())
    moved = run.tier != tier or run.anchor_on != anchor_on
    if moved:
        FollowUpRun.objects.filter(pk=run.pk).update(tier=tier, anchor_on=anchor_on)
    _apply(context, wanted, present, tier=tier)


def _goes_on(
    context: PlanContext, run: FollowUpRun, stay: Stay, tier: str, *, is_newest: bool, is_by_hand: bool
) -> bool:
    """Whether the run is open, or opens again."""
    if run.closed_reason == _Closed.CANCELLED:
        return _reopened(context, run, stay)
    if not is_newest:
        return False
    if run.closed_reason == _Closed.TRANSFERRED:
        return _back_from_transfer(context, run, stay, tier)
    if run.closed_reason in _OVER:
        return _raised(context, run, stay, tier, is_by_hand=is_by_hand)
    return run.state in FollowUpRun.OPEN_STATES


def _raised(context: PlanContext, run: FollowUpRun, stay: Stay, tier: str, *, is_by_hand: bool) -> bool:
    """Opens a run that is over, where the tier of the person's last stay rose and steps of it are left: not over, and
    not due before a call already made. Where only endless steps are left, somebody has to have set the tier, and the
    run to have been followed. Whoever asks for what is over gets no finished run back. Of whoever may have died or is
    in the house again it waits.
    """
    ended_on, may_follow = stay.facts.ended_on, stay.contact_state in (Patient.ContactState.OPEN, "doubted")
    if tier >= run.tier or context.with_past or not (may_follow and context.follows(ended_on)):
        return False
    if _has_left_again(stay, context.on):
        return False
    called_until = _called_until(FollowUpOrder.objects.filter(run=run))
    endless = is_by_hand and run.closed_reason != _Closed.BEFORE_START
    if not is_enrolled(context, stay, tier=tier, anchor_on=ended_on, after=called_until, counts_endless=endless):
        return False
    if not _reopened(context, run, stay):
        return False
    FollowUpRun.objects.filter(pk=run.pk).update(end_proposed_at=None)
    _hold_in_house(context, run)
    return True


def _has_left_again(stay: Stay, on: dt.date) -> bool:
    """Whether the person was discharged once more, so that the later stay is followed, or will be."""
    facts = stay.facts
    stays = Encounter.objects.filter(patient_id=facts.patient_id, kind="inpatient", is_cancelled=False)
    return stays.filter(discharged_on__gt=facts.discharged_on, discharged_on__lte=on).exists()


def _hold_in_house(context: PlanContext, run: FollowUpRun) -> None:
    for stay_id in holding_stays(run, today=context.on)[:1]:
        suspend(context, run, stay_id)


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
    if not is_enrolled(context, stay, tier=tier, anchor_on=stay.facts.ended_on):
        return False
    ahead = orders.filter(state=OrderState.TRANSFERRED, latest_on__gte=context.on)
    if not _reopened(context, run, stay):
        if stay.contact_state == Patient.ContactState.STOPPED:
            ahead.update(state=OrderState.REFUSED, state_reason=CONTACT_STOPPED, version=F("version") + 1)
        return False
    if run.state == FollowUpRun.State.SUSPENDED:
        waits = {"state": OrderState.SUSPENDED, "state_reason": DEATH_IN_DOUBT, "closed_at": None}
        context.result.orders_changed += ahead.update(version=F("version") + 1, **waits)
        return True
    context.result.orders_changed += resume_orders(ahead, from_state=OrderState.TRANSFERRED)
    _hold_in_house(context, run)
    return True


def _reopened(context: PlanContext, run: FollowUpRun, stay: Stay) -> bool:
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
    run.state = FollowUpRun.State.OPEN
    if stay.contact_state == "doubted":
        run.state = FollowUpRun.State.SUSPENDED
        hold_runs(runs, on=context.on)
    return True


def _apply(context: PlanContext, wanted: list[OrderRow], present: list[FollowUpOrder], *, tier: str) -> None:
    """Voids what another tier no longer asks, updates what nobody started, adds what is missing."""
    by_key = {(order.step_id, order.occurrence): order for order in present}
    gone = [order.pk for order in present if order.tier != tier and _is_unstarted(order)]
    orders = FollowUpOrder.objects.filter(pk__in=gone)
    context.result.orders_changed += move_orders(orders, OrderState.VOID, now=context.now, reason=RETIERED)
    called_until = _called_until(present)
    given = _given_by_hand([order.pk for order in present if _is_revivable(order)])
    missing: list[OrderRow] = []
    for row in wanted:
        order = by_key.get((row.step_id, row.occurrence))
        if order is not None:
            if not (order.state_reason == BEFORE_START and _already_called(row, called_until)):
                _update(context, order, row, is_given=order.pk in given)
        elif row.state != OrderState.VOID and not _already_called(row, called_until):
            missing.append(row)
    context.result.orders_created += write_orders(missing, now=context.now)


def _update(context: PlanContext, order: FollowUpOrder, row: OrderRow, *, is_given: bool) -> None:
    """Brings an order nobody started in line; revives one that another tier, a cancelled discharge or a window over
    before planning began had made void, where it is wanted now. Whose it is changes with the places of the stay
    through dispatch; what was given by hand stays where it was given.
    """
    revives = _is_revivable(order) and row.state != OrderState.VOID
    if row.state == OrderState.VOID or not (revives or _is_unstarted(order)):
        return
    places = {
        "department_id": row.places.department_id,
        "ward_id": row.places.ward_id,
        "attending_id": row.places.attending_id,
    }
    windows = {name: getattr(row.window, name) for name in ("earliest_on", "due_on", "latest_on", "is_duty_list")}
    changes = {**windows, **places}
    if all(getattr(order, name) == value for name, value in changes.items()) and not revives:
        return
    if order.latest_on < context.on <= row.window.latest_on:
        changes["escalation_level"] = 0
    if revives:
        changes |= _revived(order, row, is_given=is_given)
    elif any(getattr(order, name) != value for name, value in places.items()):
        context.moved.append(order.pk)
    changed = FollowUpOrder.objects.filter(pk=order.pk).update(version=F("version") + 1, **changes)
    context.result.orders_changed += changed


def _revived(order: FollowUpOrder, row: OrderRow, *, is_given: bool) -> dict[str, Any]:
    back = {"state": row.state, "state_reason": row.state_reason, "closed_at": None}
    if not is_given:
        return {**back, "assignee_id": row.assignee_id, "assignee_role": row.assignee_role}
    if row.state != OrderState.SUSPENDED:
        back["state"] = OrderState.DISPATCHED if order.assignee_id else OrderState.PLANNED
    return back


def _given_by_hand(order_ids: list[int]) -> set[int]:
    if not order_ids:
        return set()
    return set(OrderTransfer.given_by_hand(order_ids))


def _is_revivable(order: FollowUpOrder) -> bool:
    return order.state == OrderState.VOID and order.state_reason in _REVIVABLE


def _is_unstarted(order: FollowUpOrder) -> bool:
    waits = order.state == OrderState.SUSPENDED and order.attempts_count == 0
    return order.state in UNSTARTED or waits


def _called_until(orders: Iterable[FollowUpOrder]) -> dt.date | None:
    """The last due day of the steps in which a call was made."""
    done = [order.due_on for order in orders if order.attempts_count > 0 or order.submitted_at is not None]
    return max(done, default=None)


def _already_called(row: OrderRow, called_until: dt.date | None) -> bool:
    """A step that was due before a call that has been made."""
    return called_until is not None and row.window.due_on <= called_until
