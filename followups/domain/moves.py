"""Moving many orders or runs from state to state, only along the legal moves (`followups.models.states`)."""

import datetime as dt
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from followups.models import CLOSED, MOVES, FollowUpOrder, FollowUpRun, OrderState
from hospital_crm.tenancy.queue import queue_on_commit


def move_orders(orders: QuerySet, to: OrderState, *, now: dt.datetime, reason: str = "") -> int:
    """Moves those orders that may go there, and answers how many. The others stay as they are."""
    changes: dict[str, Any] = {"state": to, "state_reason": reason, "version": F("version") + 1}
    changes["closed_at"] = now if to in CLOSED else None
    return may_move(orders, to).update(**changes)


def may_move(orders: QuerySet, to: OrderState) -> QuerySet:
    """Those of the orders that may go there."""
    return orders.filter(state__in=[state for state in OrderState if to in MOVES[state]])


def resume_orders(orders: QuerySet, *, from_state: OrderState = OrderState.SUSPENDED) -> int:
    """Gives back what was suspended, or ended by a death that was an error: to where it stood, a result that was
    returned and not tried again as returned. What belongs to somebody who can no longer do it finds others at once.
    """
    before = Case(
        When(Q(returned_at__isnull=False) & ~Q(last_attempt_at__gt=F("returned_at")), then=Value(OrderState.RETURNED)),
        When(attempts_count__gt=0, then=Value(OrderState.ATTEMPTED)),
        When(assignee__isnull=False, then=Value(OrderState.DISPATCHED)),
        default=Value(OrderState.PLANNED),
    )
    resumed = orders.filter(state=from_state).update(
        state=before, state_reason="", closed_at=None, version=F("version") + 1
    )
    if resumed:
        queue_on_commit("followups.take_back")
    return resumed


def close_runs(runs: QuerySet, reason: FollowUpRun.Closed, *, now: dt.datetime) -> int:
    """Closes open runs."""
    return runs.filter(state__in=FollowUpRun.OPEN_STATES).update(
        state=FollowUpRun.State.CLOSED, closed_reason=reason, closed_at=now
    )


def end_orders_of_runs(runs: QuerySet, to: OrderState, *, now: dt.datetime, reason: str) -> int:
    """Ends everything of these runs that may end so; what is submitted stays for review."""
    return move_orders(FollowUpOrder.objects.filter(run__in=runs), to, now=now, reason=reason)
