"""What a gateway is given, what it answers, what it may raise, and what an account of it must be told."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from messaging.models import Reason, State


@dataclass(frozen=True)
class InlinePart:
    """A picture that the html names as `cid:<name>`; the same picture is encoded once for all mails that carry it."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Outgoing:
    """One message, ready to leave. `reference` is our unguessable id of it: the same message always carries the
    same one.

    `provider_template`: the text that the provider has registered, by its code there or by the name that a line of the
    account gives it; `provider_values`: its values by name, in its order. `unsubscribe_url`: where one POST takes the
    recipient off (RFC 8058).
    `link`: the address of the page it is about, for channels that show it apart.
    """

    reference: str
    address: str
    subject: str
    body: str
    sender_name: str = ""
    sender_address: str = ""
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    inline: Sequence[InlinePart] = ()
    language: str = ""
    provider_template: str = ""
    provider_values: Mapping[str, str] = field(default_factory=dict)
    unsubscribe_url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of it. PLANNED: certainly not taken, may be tried again later. UNKNOWN: may have been taken,
    never tried again. `provider_reference`: what the provider calls it, by which its receipt is found again.
    """

    state: State
    reason: Reason = Reason.NONE
    detail: str = ""
    provider_reference: str = ""


class Unreachable(Exception):
    """The other side does not answer at all; nothing of the message was handed over."""


class Session(Protocol):
    """An open line; messages go over it one after the other."""

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Hands one message over. Raises only Unreachable."""
        ...


@runtime_checkable
class LooksAhead(Protocol):
    """A session that goes faster where it knows what comes after the next message."""

    def expect(self, outgoing: Outgoing) -> None:
        """This one is handed over right after the next."""
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


@dataclass(frozen=True)
class Setting:
    """One thing that an account of a gateway must be told. A secret is sealed and never shown again."""

    name: str
    label: Any
    is_secret: bool = False
    is_required: bool = True
    default: Any = ""
    help_text: Any = ""
    kind: str = "text"


@dataclass(frozen=True)
class Kind:
    """A kind of gateway that a hospital may have an account of. `make` gets the settings, secrets among them.

    `own_address`: what stands in the record of a member of staff that a test is sent to (`email`, `phone`); empty
    where whoever tests must say it.
    """

    code: str
    channel: str
    label: Any
    settings: tuple[Setting, ...]
    make: Any
    own_address: str = ""
