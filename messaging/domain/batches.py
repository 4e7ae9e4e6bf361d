"""A sending of many messages as one thing: paused, resumed, called back, tried again, counted.

Whatever is on its way at that moment goes; of what was handed over nothing is sent again, ever.
"""

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, QuerySet

from messaging.domain.states import Move, move_all
from messaging.models import Message, Reason, State

_AT_ONCE = 2000
# Nobody took these, for want of an answer or of a way out: they may be tried once more.
RETRIED = (Reason.POSTPONED, Reason.UNREACHABLE, Reason.NO_TEXT)


def pause(batch: str, *, now: dt.datetime) -> int:
    """What waits is held; answers how many messages."""
    return _move(_of(batch).filter(state=State.PLANNED), State.HELD, Reason.PAUSED, [State.PLANNED], now)


def resume(batch: str, *, now: dt.datetime) -> int:
    """What was held by a pause waits again; answers how many messages."""
    held = _of(batch).filter(state=State.HELD, reason=Reason.PAUSED)
    return _move(held, State.PLANNED, Reason.RESUMED, [State.HELD], now)


def call_back(batch: str, *, now: dt.datetime) -> int:
    """What waits or was held by a pause will not be sent; answers how many messages."""
    waiting = _move(_of(batch).filter(state=State.PLANNED), State.FAILED, Reason.CANCELLED, [State.PLANNED], now)
    held = _of(batch).filter(state=State.HELD, reason=Reason.PAUSED)
    return waiting + _move(held, State.FAILED, Reason.CANCELLED, [State.HELD], now)


def retry(batch: str, *, now: dt.datetime) -> int:
    """What was given up without having been taken is planned once more; answers how many messages."""
    failed = _of(batch).filter(state=State.FAILED, reason__in=RETRIED)
    return _move(failed, State.PLANNED, Reason.RESUMED, [State.FAILED], now)


def counts(batch: str) -> dict[tuple[str, str], int]:
    """How many messages are in each state for each reason."""
    rows = _of(batch).order_by().values_list("state", "reason").annotate(n=Count("pk"))
    return {(state, reason): n for state, reason, n in rows}


def _of(batch: str) -> QuerySet[Message]:
    found: QuerySet[Message] = Message.objects.filter(batch=batch).exclude(batch="")
    return found


def _move(rows: QuerySet[Message], state: State, reason: Reason, before: Collection[State], now: dt.datetime) -> int:
    """Some at a time, until none is left; those that somebody claims meanwhile are passed over."""
    moved, after = 0, 0
    while some := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
        later = now if state == State.PLANNED else None
        moves = [Move(pk, state, reason, not_before=later) for pk in some]
        moved += len(move_all(moves, before=before, now=now))
        after = some[-1]
    return moved
