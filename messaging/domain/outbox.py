"""The door to everybody: `enqueue`. A message is a row first; it leaves the house later, once, by
`messaging.domain.dispatch`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from hospital_crm.tenancy.queue import queue_on_commit
from messaging import purposes, templates
from messaging.models import Channel, Message, MessageChange, State, Urgency
from messaging.recipients import Recipient

SEND_TASK = "messaging.send_due"
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
    message, is_new = Message.objects.get_or_create(key=key, defaults=_columns(notice, now))
    if is_new:
        MessageChange.objects.create(message=message, at=now, state=State.PLANNED)
        _nudge(message, now)
    return message


def enqueue_all(notices: Iterable[Notice], *, now: dt.datetime) -> int:
    """Queues many messages in as many statements as one; answers how many of them were not there already.

    Refuses what `enqueue` refuses, and then queues none.
    """
    rows = [Message(key=notice.key, **_columns(notice, now)) for notice in notices]
    if not rows:
        return 0
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    made = list(Message.objects.filter(public_id__in=[row.public_id for row in rows]))
    MessageChange.objects.bulk_create(MessageChange(message=row, at=now, state=State.PLANNED) for row in made)
    for message in {row.urgency: row for row in made if row.not_before <= now}.values():
        _nudge(message, now)
    return len(made)


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
    if message.not_before <= now and message.urgency != Urgency.BULK:
        queue_on_commit(SEND_TASK, queue=Urgency(message.urgency).name.lower())
