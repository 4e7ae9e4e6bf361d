"""Claim, call out, record. A message is committed as claimed before anything leaves the house, and nothing is open
while it leaves.

A crash between calling and recording leaves it claimed; `settle_interrupted` then says unknown, and it is never
sent again by itself.
"""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from accounts.models import HospitalSettings
from hospital_crm.tenancy.scope import current_hospital, hospital_scope
from hospital_crm.tenancy.urls import hospital_url
from messaging import gateways, purposes, templates
from messaging.domain.links import Page, page_of
from messaging.domain.states import NotInThatState, move
from messaging.gateways.base import Gateway, Outcome, Outgoing, Session, Unreachable
from messaging.models import Channel, Message, Reason, State

if TYPE_CHECKING:
    from accounts.models import Hospital

Clock = Callable[[], dt.datetime]

BELLS_AT_ONCE = 200
CLAIM_LASTS = dt.timedelta(minutes=15)
GIVE_UP_AFTER = 24
LONGEST_PAUSE = dt.timedelta(hours=1)
ROUND_SECONDS = 20.0


def send_due(
    hospital: "Hospital",
    *,
    clock: Clock = timezone.now,
    gateway_for: Callable[[str], Gateway | None] = gateways.for_channel,
) -> bool:
    """Sends what is due at one hospital, the urgent first, for at most a round. True: there is more, so ask again.

    Rounds are short so that hospitals take turns. Refused inside a scope, because a mail server must never hold a
    transaction open.
    """
    if current_hospital() is not None:
        raise RuntimeError("messages leave the house outside every scope")
    ends = time.monotonic() + ROUND_SECONDS
    unfinished = [_send_channel(hospital, channel, clock, gateway_for(channel), ends) for channel in Channel]
    return any(unfinished)


def _send_channel(hospital: "Hospital", channel: str, clock: Clock, gateway: Gateway | None, ends: float) -> bool:
    """One channel's part of the round. True: the time was up before everything was sent."""
    if gateway is None or not gateway.calls_out:
        while _settle_inside(hospital, channel, gateway, clock()):
            if time.monotonic() > ends:
                return True
        return False
    with gateway.session() as session:
        while (taken := _claim_one(hospital, channel, gateway, clock())) is not None:
            message, outgoing = taken
            if outgoing is not None and not _hand_over(hospital, message, outgoing, session, clock):
                return False
            if time.monotonic() > ends:
                return True
    return False


def _settle_inside(hospital: "Hospital", channel: str, gateway: Gateway | None, now: dt.datetime) -> int:
    """A batch that stays in the database (the bell), or has nowhere to go (held): claimed and settled in one
    transaction.
    """
    with hospital_scope(hospital):
        batch = _lock_due(channel, now, BELLS_AT_ONCE)
        for message in batch:
            if gateway is None:
                move(message, State.HELD, now=now, reason=Reason.NO_GATEWAY)
                continue
            outgoing = prepare(message, gateway=gateway, now=now)
            if outgoing is not None:
                with gateway.session() as session:
                    record(message, session.deliver(outgoing), now=now)
        return len(batch)


def _claim_one(
    hospital: "Hospital", channel: str, gateway: Gateway, now: dt.datetime
) -> tuple[Message, Outgoing | None] | None:
    """Claims the next message and commits. None: nothing is due. Without an outgoing: it was due and held back."""
    with hospital_scope(hospital):
        batch = _lock_due(channel, now, 1)
        return (batch[0], prepare(batch[0], gateway=gateway, now=now)) if batch else None


def _hand_over(hospital: "Hospital", message: Message, outgoing: Outgoing, session: Session, clock: Clock) -> bool:
    """Calls out, then records. False: the other side is not there, so the rest of the round would only wait."""
    try:
        outcome, reached = session.deliver(outgoing), True
    except Unreachable as error:
        outcome, reached = Outcome(State.PLANNED, Reason.UNREACHABLE, str(error)), False
    with hospital_scope(hospital):
        record(message, outcome, now=clock())
    return reached


def _lock_due(channel: str, now: dt.datetime, limit: int) -> list[Message]:
    """The next due messages, locked; those that another worker holds are passed over."""
    rows = Message.objects.due(now).filter(channel=channel).select_related("staff__user", "hospital")
    return list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("urgency", "not_before", "pk")[:limit])


def prepare(message: Message, *, gateway: Gateway, now: dt.datetime) -> Outgoing | None:
    """Claims a locked message and makes its text in the recipient's language; holds it back, with the reason, where
    it may not go.
    """
    if message.not_after is not None and message.not_after < now:
        move(message, State.EXPIRED, now=now, reason=Reason.TOO_LATE)
        return None
    reason = reason_to_hold(message)
    if reason:
        move(message, State.HELD, now=now, reason=reason)
        return None
    language = message.staff.user.language or message.hospital.language
    try:
        subject, body = templates.get(message.template).said(language).fill(message.context)[:2]
    except (LookupError, TypeError, ValueError) as error:
        move(message, State.FAILED, now=now, reason=Reason.NO_TEXT, detail=type(error).__name__)
        return None
    move(
        message,
        State.CLAIMED,
        now=now,
        attempts=message.attempts + 1,
        language=language,
        subject=subject[:200],
        body=body,
        address=address_of(message),
        gateway=gateway.name,
    )
    return _outgoing(message)


def reason_to_hold(message: Message) -> Reason:
    """Why this message may not go now; Reason.NONE where it may."""
    if not (message.staff.is_active and message.staff.user.is_active):
        return Reason.INACTIVE
    if message.channel == Channel.EMAIL and not purposes.get(message.purpose).at_once:
        return Reason.IN_DIGEST
    if message.channel == Channel.EMAIL and not address_of(message):
        return Reason.NO_ADDRESS
    return Reason.NONE


def address_of(message: Message) -> str:
    """Where an e-mail to this person goes; nothing for the bell."""
    return (message.staff.email or message.staff.user.email) if message.channel == Channel.EMAIL else ""


def _outgoing(message: Message) -> Outgoing:
    hospital = message.hospital
    if message.channel != Channel.EMAIL:
        return Outgoing(str(message.public_id), "", message.subject, message.body)
    own = HospitalSettings.objects.values_list("sender_address", flat=True).first()
    lines = [f"{text} {count}\n{_address_of_page(hospital, page)}" for text, count, page in message.lines]
    body = "\n\n".join([message.body, *(lines or [_address_of_page(hospital, message.link)])]) + "\n"
    sender = own or settings.DEFAULT_FROM_EMAIL
    return Outgoing(str(message.public_id), message.address, message.subject, body, hospital.name, sender)


def _address_of_page(hospital: "Hospital", link: Sequence[str]) -> str:
    """Where a page is found from outside; the first page where there is no link."""
    page = page_of(link) or Page("home", (), "")
    return f"{hospital_url(hospital, page.name, *page.arguments)}{page.query}"


def record(message: Message, outcome: Outcome, *, now: dt.datetime) -> None:
    """Writes down what became of a claimed message. What was certainly not taken is planned again, later and later,
    then given up.
    """
    if outcome.state != State.PLANNED:
        move(message, outcome.state, now=now, reason=outcome.reason, detail=outcome.detail)
    elif message.attempts >= GIVE_UP_AFTER:
        move(message, State.FAILED, now=now, reason=outcome.reason, detail=outcome.detail)
    else:
        pause = min(dt.timedelta(minutes=2 ** min(message.attempts, 10)), LONGEST_PAUSE)
        move(message, State.PLANNED, now=now, reason=outcome.reason, detail=outcome.detail, not_before=now + pause)


def settle_interrupted(*, now: dt.datetime) -> int:
    """Messages claimed so long ago that their worker must be gone: outcome unknown. They wait for a person or a
    receipt.
    """
    stale = Message.objects.filter(state=State.CLAIMED, state_at__lt=now - CLAIM_LASTS)
    settled = 0
    for message in stale.order_by("pk")[:500]:
        try:
            move(message, State.UNKNOWN, now=now, reason=Reason.INTERRUPTED)
            settled += 1
        except NotInThatState:
            continue
    return settled
