"""What puts a follow-up on hold, and what of it goes on afterwards, or after it had ended by an error.

What closed meanwhile does not come back as late work: nobody was allowed to call. What was late before is late still. A
call for safety and a result that was returned are owed whatever the day.
"""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from followups.domain.moves import move_orders, resume_orders
from followups.models import FollowUpRun, OrderState
from followups.models.orders import for_safety

# why orders wait
IN_HOUSE = "in_house"
DEATH_IN_DOUBT = "death_in_doubt"
# why they are void: the stay, the readmission or the death because of which nobody called was none
IN_ERROR = "in_error"


def hold_runs(runs: QuerySet, *, on: dt.date, stay: Any = None) -> int:
    """Puts runs on hold since that day, because of a later stay (its id) where there is one."""
    return runs.update(state=FollowUpRun.State.SUSPENDED, held_on=on, hold_stay=stay)


def release_runs(runs: QuerySet) -> int:
    """Runs on hold are open again."""
    return runs.update(state=FollowUpRun.State.OPEN, held_on=None, hold_stay=None)


def resume(
    orders: QuerySet,
    *,
    from_state: OrderState = OrderState.SUSPENDED,
    since: dt.date | None,
    closed: OrderState,
    reason: str,
    now: dt.datetime,
    on: dt.date,
) -> int:
    """Gives back the orders that waited since a day, and answers how many. What closed since then and before day `on`
    (where it is not known since when, whatever is over) ends as `closed` for the reason.
    """
    waiting = orders.filter(state=from_state)
    meanwhile = Q(latest_on__lt=on) & (Q(latest_on__gte=since) if since is not None else Q())
    past = waiting.filter(meanwhile, ~for_safety(), returned_at__isnull=True)
    move_orders(past, closed, now=now, reason=reason)
    return resume_orders(waiting, from_state=from_state)
