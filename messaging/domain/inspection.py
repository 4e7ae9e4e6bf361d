"""Looking into the outbox: which messages, why, and settling by hand what no server told.

Who administers sees that something went to a person, not to whom nor what it said; who may see what people were sent
sees the people the role sees, with masked names.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from accounts import audit
from accounts.actors import Actor
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.states import move
from messaging.models import Message, MessageChange, Reason, State
from patients.domain import masking
from patients.domain.field_rules import Shows, reader_of
from patients.models import Patient

COUNT_LIMIT = 1001
PAGE = 50
_TO = {
    "staff": Q(staff__isnull=False),
    "person": Q(person__isnull=False),
    "address": ~Q(address_source=""),
}


def page_of_outbox(actor: Actor, *, before: int | None = None, **chosen: Any) -> tuple[Sequence[Message], int | None]:
    """A page of the messages the role may see, newest first, and where the next page begins (None: there is none).

    chosen: state, channel, purpose, reason, to (staff, person, address), since and until (days).
    """
    rows = _filtered(Message.objects.visible_to(actor), **chosen).select_related("staff", "person").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def _filtered(
    rows: Any, *, to: str = "", since: dt.date | None = None, until: dt.date | None = None, **same: str
) -> Any:
    rows = rows.filter(**{name: value for name, value in same.items() if value})
    if to:
        rows = rows.filter(_TO[to])
    zone = required_hospital().tz
    if since:
        rows = rows.filter(created_at__gte=dt.datetime.combine(since, dt.time(), zone))
    if until:
        rows = rows.filter(created_at__lt=dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), zone))
    return rows


def recipient_shown(message: Message, actor: Actor) -> str:
    """Who a message went to, as this role may read it; '' for a person of whom the role may know nothing."""
    if message.person is None:
        return message.recipient_label
    return masking.mask_name(message.person.name) if actor.can("messaging.view") else ""


def address_shown(message: Message, actor: Actor) -> str:
    """Where it went; a person's address masked unless the role sees numbers of this person."""
    if message.person is None:
        return message.address
    if not actor.can("messaging.view"):
        return ""
    if reader_of(actor, message.person).shows("contact_point") is Shows.FULL:
        return message.address
    if message.channel == "letter":
        return masking.mask_address(message.address)
    system = {"email": "email", "sms": "phone"}.get(message.channel, "wechat")
    return masking.mask_contact(system, message.address)


def text_shown(message: Message, actor: Actor) -> str:
    """What it said, with the person's name masked unless the role sees it; '' for who administers only."""
    if message.person is None:
        return message.body
    if not actor.can("messaging.view"):
        return ""
    return masked_text(message.body, message.person, actor)


def masked_text(text: str, person: Patient, actor: Actor) -> str:
    """A text to a person as this reader may read it."""
    name = person.name
    if not name or reader_of(actor, person).shows("name") is Shows.FULL:
        return text
    return text.replace(name, masking.mask_name(name))


def unknown_count(actor: Actor) -> int:
    """How many messages wait for somebody to find out what became of them, counted up to 1001."""
    rows = Message.objects.visible_to(actor).filter(state=State.UNKNOWN)
    return len(rows.values_list("pk", flat=True)[:COUNT_LIMIT])


def history(message: Message) -> list[MessageChange]:
    """Every state the message has been in, first to last."""
    return list(message.changes.order_by("pk"))


def messages_of(person: Patient, *, limit: int) -> list[Message]:
    """What a person was sent or was not, the newest first."""
    return list(Message.objects.filter(person=person).select_related("said_with").order_by("-pk")[:limit])


def settle(message: Message, outcome: State, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A person has found out what became of a message, and says how. NotInThatState where its outcome was not unknown;
    ValueError without a word on how it is known.
    """
    if not reason.strip():
        raise ValueError("how it is known must be said")
    move(message, outcome, now=now, reason=Reason.SETTLED, only_from=State.UNKNOWN)
    audit.record(
        "messaging.message.settle",
        message,
        actor=actor,
        before={"state": State.UNKNOWN},
        after={"state": outcome},
        reason=reason.strip()[:200],
    )
