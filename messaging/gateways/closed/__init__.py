"""An account whose secrets or settings cannot be read: nothing is sent, nothing is lost, and the outbox says why."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from messaging.gateways.base import Outcome, Outgoing, Unreachable


@dataclass(frozen=True)
class ClosedGateway:
    """Stands in for the gateway of such an account."""

    name: str
    why: str

    calls_out = True

    @contextmanager
    def session(self) -> "Iterator[ClosedGateway]":
        """Nothing to open."""
        yield self

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Always unreachable."""
        raise Unreachable(f"account: {self.why}")
