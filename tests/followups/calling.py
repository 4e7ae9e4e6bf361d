"""One call on an order, as a page would send its result."""

import datetime as dt
import uuid
from typing import Any

from accounts.actors import Actor
from followups.domain.execution import Recorded, Result, record_attempt
from followups.models import FollowUpOrder

MORNING = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)  # Monday 9 March, 10:00 in the hospital
DAY = dt.timedelta(1)
BETWEEN, AFTERNOON, EVENING = (MORNING + dt.timedelta(hours=hours) for hours in (3, 5, 8.5))


def call(order: FollowUpOrder, actor: Actor, outcome: str, *, at: dt.datetime = MORNING, **fields: Any) -> Recorded:
    """One result, sent once, on the order as it stands; a red flag says what was heard."""
    if fields.get("has_finding"):
        fields = {"note": "胸痛", **fields}
    order.refresh_from_db()
    return record_attempt(
        order=order,
        result=Result(outcome=outcome, **fields),
        actor=actor,
        key=uuid.uuid4(),
        version=order.version,
        now=at,
    )


def call_in_vain(order: FollowUpOrder, actor: Actor, *, days_before: int = 0) -> None:
    """Three days on which nobody answered, in the morning, the afternoon and the evening, the first `days_before` days
    before.
    """
    for n, at in enumerate((MORNING, AFTERNOON, EVENING)):
        call(order, actor, "no_answer", at=at + (n - days_before) * DAY)
