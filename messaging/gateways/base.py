"""What a gateway is given, what it answers, and what it may raise."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from messaging.models import Reason, State


@dataclass(frozen=True)
class Outgoing:
    """One message, ready to leave. `reference` is our unguessable id of it: the same message always carries the
    same one.
    """

    reference: str
    address: str
    subject: str
    body: str
    sender_name: str = ""
    sender_address: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of it. PLANNED: certainly not taken, may be tried again later. UNKNOWN: may have been taken,
    never tried again.
    """

    state: State
    reason: Reason = Reason.NONE
    detail: str = ""


class Unreachable(Exception):
    """The other side does not answer at all; nothing of the message was handed over."""


class Session(Protocol):
    """An open line; messages go over it one after the other."""

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Hands one message over. Raises only Unreachable."""
        ...


class Gateway(Protocol):
    """`calls_out`: it reaches outside the database, so no transaction may be open and a crash leaves the outcome
    unknown.
    """

    name: str
    calls_out: bool

    def session(self) -> AbstractContextManager[Session]:
        """Opens a line for one batch. Connects at the first message, so that an empty batch costs nothing."""
        ...
