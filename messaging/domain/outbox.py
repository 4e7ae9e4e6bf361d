"""The door to everybody: `enqueue`. A message is a row first; it leaves the house later, once, by
`messaging.domain.dispatch`.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from accounts.models import StaffMember
from hospital_crm.tenancy.queue import queue_on_commit
from messaging import purposes, templates
from messaging.models import Channel, Message, MessageChange, State, Urgency

SEND_TASK = "messaging.send_due"
_LONG_NUMBER = re.compile(r"\d{7,}")


class NotForMessages(ValueError):
    """The values would carry something out of the house that must stay on the page behind the link."""


def enqueue(
    *,
    purpose: str,
    staff: StaffMember,
    channel: str,
    template: str,
    key: str,
    context: Mapping[str, Any] | None = None,
    link: Sequence[Any] = (),
    urgency: str = "default",
    not_before: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> Message:
    """Queues one message to a member of staff; the row of the same `key` where there is one already.

    `link` is the page to open, as URL name and arguments: ("followups:order", order.public_id). `urgency`:
    interactive, default, bulk.
    Whether the person may be written to is asked when the message is claimed. Refuses purposes and texts nobody
    registered
    (LookupError) and values that hold numbers as long as a telephone or identity number (NotForMessages).
    """
    purposes.get(purpose)
    templates.get(template)
    values = dict(context or {})
    if _LONG_NUMBER.search(" ".join(str(value) for value in values.values())):
        raise NotForMessages(f"values of {template} hold a long number")
    now = now or timezone.now()
    message, is_new = Message.objects.get_or_create(
        key=key,
        defaults={
            "purpose": purpose,
            "staff": staff,
            "channel": Channel(channel),
            "template": template,
            "context": values,
            "link": [str(part) for part in link],
            "urgency": Urgency[urgency.upper()],
            "not_before": not_before or now,
            "not_after": not_after,
            "created_at": now,
            "state_at": now,
        },
    )
    if is_new:
        MessageChange.objects.create(message=message, at=now, state=State.PLANNED)
        _nudge(message, now)
    return message


def _nudge(message: Message, now: dt.datetime) -> None:
    """Asks for sending at once; where this is lost, or not due yet, the beat job finds the row."""
    if message.not_before <= now and message.urgency != Urgency.BULK:
        queue_on_commit(SEND_TASK, queue=Urgency(message.urgency).name.lower())
