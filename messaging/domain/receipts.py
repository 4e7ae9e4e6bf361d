"""What a provider says became of a message: it is settled by that, once; a repeat changes nothing.

A receipt that comes before we have written down what the provider calls the message is asked for again; one that nobody
knows an hour later is let go.
"""

import datetime as dt
from typing import Any

from messaging.domain import suppressions
from messaging.domain.states import NotInThatState, move
from messaging.models import Message, Reason, State, Suppression

WAITS_FOR_RECORD = dt.timedelta(minutes=10)
_TOLD_OF = frozenset({State.DELIVERED, State.FAILED})


class TooEarly(Exception):
    """The message is not written down as handed over yet: the provider is to tell once more."""


def settle(
    *,
    gateway: str,
    provider_reference: str,
    state: State,
    at: dt.datetime,
    now: dt.datetime,
    reason: Reason = Reason.RECEIPT,
    detail: str = "",
    reference: str = "",
    is_gone: bool = False,
) -> bool:
    """Brings a message to what its receipt says; False where there is none, or it is settled already. `is_gone`: the
    number or account does not exist, so it is stopped.

    Refuses (ValueError) any state but delivered and not delivered; TooEarly while the message is being sent.
    """
    if state not in _TOLD_OF:
        raise ValueError(state)
    message = _found(gateway, provider_reference, reference)
    if message is None:
        if provider_reference and now - at < WAITS_FOR_RECORD:
            raise TooEarly(provider_reference)
        return False
    if message.state == State.CLAIMED:
        raise TooEarly(provider_reference)
    if message.state not in (State.HANDED_OVER, State.UNKNOWN):
        return False
    try:
        move(message, state, now=now, reason=reason, detail=detail, **_named(message, provider_reference))
    except NotInThatState:
        return False
    if is_gone and message.address:
        suppressions.suppress(
            channel=message.channel,
            address=message.address,
            reason=Suppression.Reason.HARD_BOUNCE,
            source=f"receipt {gateway}",
            now=now,
            message=message,
        )
    return True


def _found(gateway: str, provider_reference: str, reference: str) -> Message | None:
    """By what the provider calls it, else by our own reference that came back."""
    rows = Message.objects.filter(gateway=gateway)
    found: Message | None = None
    if provider_reference:
        found = rows.filter(provider_reference=provider_reference).order_by("-pk").first()
    if found is None and _is_uuid(reference):
        found = rows.filter(public_id=reference).first()
    return found


def _named(message: Message, provider_reference: str) -> dict[str, Any]:
    """What the provider calls a message of which that was not known."""
    if message.provider_reference or not provider_reference:
        return {}
    return {"provider_reference": provider_reference}


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and text.replace("-", "").isalnum() and text.isascii() and text.count("-") == 4
