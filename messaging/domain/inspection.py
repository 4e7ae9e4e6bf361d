"""Looking into the outbox: which messages, why, and settling by hand what no server told."""

import datetime as dt
from collections.abc import Sequence

from accounts import audit
from accounts.actors import Actor
from messaging.domain.states import move
from messaging.models import Message, MessageChange, Reason, State

COUNT_LIMIT = 1001
PAGE = 50


def page_of_outbox(
    *, state: str = "", channel: str = "", before: int | None = None
) -> tuple[Sequence[Message], int | None]:
    """A page of the hospital's messages, newest first, and where the next page begins (None: there is none)."""
    rows = Message.objects.select_related("staff").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if channel:
        rows = rows.filter(channel=channel)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def unknown_count() -> int:
    """How many messages wait for somebody to find out what became of them, counted up to 1001."""
    return len(Message.objects.filter(state=State.UNKNOWN).values_list("pk", flat=True)[:COUNT_LIMIT])


def history(message: Message) -> list[MessageChange]:
    """Every state the message has been in, first to last."""
    return list(message.changes.order_by("pk"))


def settle(message: Message, outcome: State, *, actor: Actor, now: dt.datetime) -> None:
    """A person has found out what became of a message. NotInThatState where its outcome was not unknown."""
    move(message, outcome, now=now, reason=Reason.SETTLED, only_from=State.UNKNOWN)
    audit.record(
        "messaging.message.settle", message, actor=actor, before={"state": State.UNKNOWN}, after={"state": outcome}
    )
