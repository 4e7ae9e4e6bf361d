"""Which state follows which, in one place. Every move is written down with its reason and time.

A message that certainly reached nobody leaves the ledger of contacts (`messaging.domain.touches`).
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from hospital_crm.tenancy.scope import required_hospital
from messaging.domain import touches
from messaging.models import Message, MessageChange, Reason, State

COMES_FROM: dict[State, frozenset[State]] = {
    # from FAILED only what nobody took, when somebody asks for it (`messaging.domain.batches`)
    State.PLANNED: frozenset({State.PLANNED, State.CLAIMED, State.HELD, State.FAILED}),
    State.CLAIMED: frozenset({State.PLANNED}),
    State.HELD: frozenset({State.PLANNED}),
    State.EXPIRED: frozenset({State.PLANNED, State.CLAIMED, State.HELD}),
    State.HANDED_OVER: frozenset({State.CLAIMED, State.UNKNOWN}),
    State.DELIVERED: frozenset({State.CLAIMED, State.HANDED_OVER, State.UNKNOWN}),
    State.FAILED: frozenset({State.PLANNED, State.CLAIMED, State.HANDED_OVER, State.UNKNOWN, State.HELD}),
    State.UNKNOWN: frozenset({State.CLAIMED}),
}
# Where nobody was touched.
_REACHED_NOBODY = frozenset({State.PLANNED, State.HELD, State.EXPIRED, State.FAILED})


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
    if state in _REACHED_NOBODY and message.staff_id is None:
        touches.forget([message.pk])


@dataclass(frozen=True, slots=True)
class Move:
    """Where one of many messages goes, and what it keeps with it; None leaves a column as it is. `tries` is added to
    the attempts.
    """

    message_id: int
    state: State
    reason: str = ""
    detail: str = ""
    not_before: dt.datetime | None = None
    tries: int = 0
    language: str | None = None
    subject: str | None = None
    body: str | None = None
    address: str | None = None
    gateway: str | None = None
    journal: str | None = None
    provider_reference: str | None = None


_KEPT = ("language", "subject", "body", "address", "gateway", "journal", "provider_reference")
_COLUMNS = (
    *(("message_id", "bigint"), ("state", "text"), ("reason", "text"), ("detail", "text")),
    *(("not_before", "timestamptz"), ("tries", "int")),
    *((name, "text") for name in _KEPT),
)
_MOVE = f"""
with told as (
    select * from unnest({", ".join(f"%s::{kind}[]" for _name, kind in _COLUMNS)})
        as t({", ".join(name for name, _kind in _COLUMNS)})
), moved as (
    update messaging_message m
       set state = t.state, reason = t.reason, detail = t.detail, state_at = %s, attempts = m.attempts + t.tries,
           not_before = coalesce(t.not_before, m.not_before),
           {", ".join(f"{name} = coalesce(t.{name}, m.{name})" for name in _KEPT)}
      from told t
     where m.hospital_id = %s and m.id = t.message_id and m.state = any(%s)
 returning m.id, m.state, m.reason, m.detail
)
insert into messaging_messagechange (hospital_id, message_id, at, state, reason, detail)
select %s, id, %s, state, reason, detail from moved order by id
returning message_id
"""  # noqa: S608 - the names are those above


def move_all(moves: Sequence[Move], *, before: Collection[State], now: dt.datetime) -> set[int]:
    """As `move`, for many in one statement; those that are in none of the states `before` stay as they are. Answers
    which were moved. NotInThatState where such a move does not exist.
    """
    if not moves:
        return set()
    if impossible := {one.state for one in moves if not set(before) <= COMES_FROM[one.state]}:
        raise NotInThatState(f"{sorted(before)} cannot become {sorted(impossible)}")
    hospital = required_hospital().pk
    columns = [[_value(one, name) for one in moves] for name, _kind in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [*columns, now, hospital, [str(state) for state in before], hospital, now])
        moved = {row[0] for row in cursor.fetchall()}
    nobody = [one.message_id for one in moves if one.state in _REACHED_NOBODY and one.message_id in moved]
    if State.CLAIMED in before:
        touches.forget(nobody)
    return moved


def _value(one: Move, name: str) -> Any:
    value = getattr(one, name)
    return value[:60] if name == "detail" else str(value) if name in ("state", "reason") else value
