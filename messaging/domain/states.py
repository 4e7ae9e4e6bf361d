"""Which state follows which, in one place. Every move is written down with its reason and time.

A message that certainly reached nobody leaves the ledger of contacts (`messaging.domain.touches`), and what it would
have said of other messages goes by itself; so does what would be said too late where it is put off or paused.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

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
# What does not go, or nobody knows when.
_ENDED = _REACHED_NOBODY - {State.PLANNED}
_AT_ONCE = 2000


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
    _part_from([message.pk] if state in _ENDED else [], now)
    _part_late([message.pk] if "not_before" in fields else [], now)


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
    columns = [_column(moves, name) for name, _kind in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [*columns, now, hospital, [str(state) for state in before], hospital, now])
        moved = {row[0] for row in cursor.fetchall()}
    nobody = [one.message_id for one in moves if one.state in _REACHED_NOBODY and one.message_id in moved]
    if {State.CLAIMED, State.UNKNOWN} & set(before):
        touches.forget(nobody)
    _part_from([one.message_id for one in moves if one.state in _ENDED], now)
    _part_late([one.message_id for one in moves if one.not_before is not None], now)
    return moved


def move_rows(
    rows: QuerySet[Message], state: State, *, reason: Reason, before: Collection[State], now: dt.datetime
) -> int:
    """Moves whatever a query finds, some at a time, until none is left; those that somebody claims meanwhile are passed
    over. What is planned again is due now. Answers how many messages.
    """
    moved, after = 0, 0
    while some := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
        later = now if state == State.PLANNED else None
        moves = [Move(pk, state, reason, not_before=later) for pk in some]
        moved += len(move_all(moves, before=before, now=now))
        after = some[-1]
    return moved


def part(rows: QuerySet[Message], *, now: dt.datetime) -> None:
    """Messages among these that another one was to say are planned by themselves."""
    merged = rows.filter(state=State.HELD, reason=Reason.MERGED)
    if parted := list(merged.values_list("pk", flat=True)):
        moved = move_all([Move(pk, State.PLANNED, Reason.APART) for pk in parted], before=[State.HELD], now=now)
        Message.objects.filter(pk__in=moved).update(said_with=None)


def _part_from(leaders: Collection[int], now: dt.datetime) -> None:
    """These do not go: what they were to say besides goes by itself."""
    if leaders:
        part(Message.objects.filter(said_with_id__in=leaders), now=now)


def _part_late(leaders: Collection[int], now: dt.datetime) -> None:
    """These were put off: what would be too late by then goes by itself."""
    if leaders:
        late = Message.objects.filter(said_with_id__in=leaders, not_after__lt=F("said_with__not_before"))
        part(late, now=now)


def _column(moves: Sequence[Move], name: str) -> list[Any] | None:
    """One column of many moves; None where all leave it as it is."""
    values = list(map(attrgetter(name), moves))
    if name == "detail":
        return [value[:60] for value in values]
    return values if any(value is not None for value in values) else None
