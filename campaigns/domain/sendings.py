"""The messages of one campaign in the outbox: how many wait, held and let go, called back, and what came of them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count

from messaging.domain.states import Move, move_all
from messaging.models import Message, Reason, State, Suppression

AT_ONCE = 5_000
PAUSES_AT_COMPLAINTS = 0.003
PAUSES_AT_HARD_BOUNCES = 0.05
# Among fewer than these, one complaint says nothing.
FEWEST = 100
_LEFT = (State.HANDED_OVER, State.DELIVERED, State.FAILED, State.UNKNOWN)


@dataclass(frozen=True)
class Came:
    """What came of the messages of a campaign."""

    states: dict[str, int]
    reasons: dict[tuple[str, str], int]
    complaints: int
    hard_bounces: int

    @property
    def left(self) -> int:
        """Those that left the house."""
        return sum(self.states.get(state, 0) for state in _LEFT)

    @property
    def complaint_rate(self) -> float:
        """Complaints of those that left."""
        return self.complaints / self.left if self.left else 0.0

    @property
    def hard_bounce_rate(self) -> float:
        """Addresses that do not exist, of those that left."""
        return self.hard_bounces / self.left if self.left else 0.0

    @property
    def is_unwanted(self) -> bool:
        """So many complained, or so many addresses are wrong, that the campaign pauses itself."""
        bad = self.complaint_rate >= PAUSES_AT_COMPLAINTS or self.hard_bounce_rate >= PAUSES_AT_HARD_BOUNCES
        return self.left >= FEWEST and bad


def waiting(batch: str) -> int:
    """How many messages have not left the house, and may."""
    return Message.objects.filter(batch=batch, state=State.PLANNED).count()


def is_under_way(batch: str) -> bool:
    """Whether something has not left the house, or is leaving."""
    return Message.objects.filter(batch=batch, state__in=[State.PLANNED, State.CLAIMED]).exists()


def hold(batch: str, *, now: dt.datetime) -> int:
    """What has not left the house stays; answers how many."""
    return _move(batch, State.PLANNED, State.HELD, Reason.PAUSED, now)


def release(batch: str, *, now: dt.datetime) -> int:
    """What was held by a pause may leave."""
    return _move(batch, State.HELD, State.PLANNED, Reason.RESUMED, now, of=[Reason.PAUSED])


def call_back(batch: str, *, now: dt.datetime) -> int:
    """What has not left the house never does."""
    held = _move(batch, State.HELD, State.EXPIRED, Reason.CANCELLED, now, of=[Reason.PAUSED])
    return held + _move(batch, State.PLANNED, State.EXPIRED, Reason.CANCELLED, now)


def what_came(batch: str) -> Came:
    """What came of the messages so far."""
    rows = Message.objects.filter(batch=batch).order_by().values_list("state", "reason").annotate(n=Count("pk"))
    reasons = {(state, reason): n for state, reason, n in rows}
    states: dict[str, int] = {}
    for (state, _reason), n in reasons.items():
        states[state] = states.get(state, 0) + n
    stops = Suppression.objects.filter(message__batch=batch).order_by().values_list("reason").annotate(n=Count("pk"))
    found = dict(stops)
    return Came(states, reasons, found.get("complaint", 0), found.get("hard_bounce", 0))


def _move(
    batch: str, before: State, after: State, reason: Reason, now: dt.datetime, *, of: Collection[Reason] = ()
) -> int:
    """Moves the messages of a sending from one state to another, some thousand at once."""
    moved = 0
    while True:
        rows = Message.objects.filter(batch=batch, state=before)
        rows = rows.filter(reason__in=of) if of else rows
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            return moved
        moves = [Move(pk, after, reason.value) for pk in ids]
        done = move_all(moves, before=[before], now=now)
        if not done:
            return moved
        moved += len(done)
