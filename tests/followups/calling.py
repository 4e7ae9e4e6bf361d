"""One call on an order, as a page would send its result."""

import datetime as dt
import uuid
from typing import Any

from accounts.actors import Actor
from followups.domain.execution import Recorded, Result, record_attempt
from followups.models import FollowUpOrder

MORNING = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)  # Monday 9 March, 10:00 in the hospital
DAY = dt.timedelta(1)


def call(order: FollowUpOrder, actor: Actor, outcome: str, *, at: dt.datetime = MORNING, **fields: Any) -> Recorded:
    """One result, sent once, on the order as it stands."""
    order.refresh_from_db()
    return record_attempt(
        order=order,
        result=Result(outcome=outcome, **fields),
        actor=actor,
        key=uuid.uuid4(),
        version=order.version,
        now=at,
    )
