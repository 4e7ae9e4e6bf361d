"""Which state follows which, in one place. Every move is written down with its reason and time."""

import datetime as dt
from typing import Any

from messaging.models import Message, MessageChange, Reason, State

COMES_FROM: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.CLAIMED}),
    State.CLAIMED: frozenset({State.PLANNED}),
    State.HELD: frozenset({State.PLANNED}),
    State.EXPIRED: frozenset({State.PLANNED, State.CLAIMED}),
    State.HANDED_OVER: frozenset({State.CLAIMED, State.UNKNOWN}),
    State.DELIVERED: frozenset({State.CLAIMED, State.HANDED_OVER, State.UNKNOWN}),
    State.FAILED: frozenset({State.PLANNED, State.CLAIMED, State.HANDED_OVER, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.CLAIMED}),
}


class NotInThatState(Exception):
    """Somebody else has moved the message meanwhile, or such a move does not exist."""


def move(
    message: Message,
    state: State,
    *,
    now: dt.datetime,
    reason: Reason = Reason.NONE,
    detail: str = "",
    only_from: State | None = None,
    **fields: Any,
) -> None:
    """Brings a message into `state`, with its reason, and writes the change down. NotInThatState where it cannot
    come from where it is.
    """
    before = COMES_FROM[state] & {only_from} if only_from else COMES_FROM[state]
    changes = {"state": state, "reason": reason, "detail": detail[:60], "state_at": now, **fields}
    moved = Message.objects.filter(pk=message.pk, state__in=before).update(**changes)
    if not moved:
        raise NotInThatState(f"message {message.pk} cannot become {state}")
    for name, value in changes.items():
        setattr(message, name, value)
    MessageChange.objects.create(message=message, at=now, state=state, reason=reason, detail=detail[:60])
