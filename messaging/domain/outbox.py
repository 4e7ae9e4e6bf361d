"""The door to everybody: `enqueue`. A message is a row first; it leaves the house later, once, by
`messaging.domain.dispatch`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from hospital_crm.tenancy.queue import queue_on_commit
from messaging import purposes, templates
from messaging.domain.admission import answer_all
from messaging.domain.permission import Answer
from messaging.models import Channel, Message, MessageChange, State, Urgency
from messaging.recipients import Recipient

SEND_TASK = "messaging.send_due"
_AT_ONCE = 2000
LONG_NUMBER = re.compile(r"\d{7,}")


class NotForMessages(ValueError):
    """The values would carry something out of the house that must stay on the page behind the link."""


@dataclass(frozen=True)
class Notice:
    """One message to one recipient, with what `enqueue` takes."""

    purpose: str
    recipient: Recipient
    channel: str
    template: str
    key: str
    context: Mapping[str, Any] = field(default_factory=dict)
    link: Sequence[Any] = ()
    lines: Sequence[tuple[str, int, Sequence[Any]]] = ()
    urgency: str = "default"
    not_before: dt.datetime | None = None
    not_after: dt.datetime | None = None
    batch: str = ""


def enqueue(
    *,
    purpose: str,
    recipient: Recipient,
    channel: str,
    template: str,
    key: str,
    context: Mapping[str, Any] | None = None,
    link: Sequence[Any] = (),
    lines: Sequence[tuple[str, int, Sequence[Any]]] = (),
    urgency: str = "default",
    not_before: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
    batch: str = "",
    now: dt.datetime | None = None,
) -> Message:
    """Queues one message to a recipient; the row of the same `key` where there is one already.

    `link` is the page to open, as URL name and arguments: ("followups:order", order.public_id); a last part that
    begins with `?` is its query. `lines`: what a message of several subjects tells, how many, and the page of each.
    `urgency`: interactive, default, bulk. `batch`: the sending it belongs to, such as `campaign:12`.
    Refuses purposes and texts nobody registered (LookupError) and values that hold numbers as long as a telephone or
    identity number (NotForMessages).
    """
    notice = Notice(
        purpose, recipient, channel, template, key, context or {}, link, lines, urgency, not_before, not_after, batch
    )
    now = now or timezone.now()
    known = Message.objects.filter(key=key).first()
    if known is None:
        known, is_new = Message.objects.get_or_create(key=key, defaults=_rows([notice], now)[0])
        if is_new:
            _write_down([known], now)
            _nudge(known, now)
    return known


def enqueue_all(notices: Iterable[Notice], *, now: dt.datetime) -> int:
    """Queues many messages in as many statements as one (a few for each two thousand); answers how many of them were
    not there already.

    Refuses what `enqueue` refuses, and then queues none.
    """
    with transaction.atomic():
        return sum(_queue(some, now) for some in _chunks(notices))


def _chunks(notices: Iterable[Notice]) -> Iterator[list[Notice]]:
    some = iter(notices)
    while chunk := list(islice(some, _AT_ONCE)):
        yield chunk


def _queue(notices: Sequence[Notice], now: dt.datetime) -> int:
    columns = _rows(notices, now)
    rows = [Message(key=notice.key, **row) for notice, row in zip(notices, columns, strict=True)]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    made = list(Message.objects.filter(public_id__in=[row.public_id for row in rows]))
    _write_down(made, now)
    for message in {row.urgency: row for row in made if row.not_before <= now}.values():
        _nudge(message, now)
    return len(made)


def _write_down(messages: Iterable[Message], now: dt.datetime) -> None:
    """How each began: planned, or held back from the first with its reason."""
    MessageChange.objects.bulk_create(
        MessageChange(message=row, at=now, state=row.state, reason=row.reason, detail=row.detail) for row in messages
    )


def _rows(notices: Sequence[Notice], now: dt.datetime) -> list[dict[str, Any]]:
    """The columns of each message; of messages to people with what the rules of contact say already."""
    rows = [_columns(notice, now) for notice in notices]
    at = {number: row for number, row in enumerate(rows) if "person_id" in row}
    asks = [(row["person_id"], row["channel"], purposes.get(row["purpose"])) for row in at.values()]
    for row, answer in zip(at.values(), answer_all(asks, now=now) if asks else (), strict=True):
        row.update(_said(answer, row["not_before"], row["not_after"]))
    return rows


def _said(answer: Answer, asked: dt.datetime, last: dt.datetime | None) -> dict[str, Any]:
    """What an answer makes of a message to a person: planned, planned for later, or held back.

    What is for later anyway is asked of hours and budget when its time has come.
    """
    if answer.allowed or (answer.is_for_now and answer.not_before is not None and answer.not_before <= asked):
        return {}
    if answer.not_before is None or (last is not None and answer.not_before > last):
        return {"state": State.HELD, "reason": answer.reason, "detail": answer.detail}
    return {"reason": answer.reason, "not_before": max(asked, answer.not_before)}


def _columns(notice: Notice, now: dt.datetime) -> dict[str, Any]:
    """A planned message with these words."""
    purposes.get(notice.purpose)
    templates.get(notice.template)
    values = dict(notice.context)
    if LONG_NUMBER.search(
        " ".join(str(value) for value in (*values.values(), *(text for text, _n, _page in notice.lines)))
    ):
        raise NotForMessages(f"values of {notice.template} hold a long number")
    return {
        "purpose": notice.purpose,
        **notice.recipient.columns(),
        "batch": notice.batch,
        "channel": Channel(notice.channel),
        "template": notice.template,
        "context": values,
        "link": _written(notice.link),
        "lines": [[text, count, _written(page)] for text, count, page in notice.lines],
        "urgency": Urgency[notice.urgency.upper()],
        "not_before": notice.not_before or now,
        "not_after": notice.not_after,
        "created_at": now,
        "state_at": now,
    }


def _written(link: Sequence[Any]) -> list[str]:
    """A page as a column keeps it."""
    return [str(part) for part in link]


def _nudge(message: Message, now: dt.datetime) -> None:
    """Asks for sending at once; where this is lost, or not due yet, the beat job finds the row."""
    if message.state == State.PLANNED and message.not_before <= now and message.urgency != Urgency.BULK:
        queue_on_commit(SEND_TASK, int(message.urgency), queue=Urgency(message.urgency).name.lower())
