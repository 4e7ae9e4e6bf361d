"""Development and demo: nothing leaves the house. What would have gone out stays in the outbox, where
administrators read it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from messaging.gateways.base import Outcome, Outgoing
from messaging.models import Reason, State


class ConsoleGateway:
    """Takes every message and says that it was only stored."""

    name = "console"
    calls_out = True

    @contextmanager
    def session(self) -> "Iterator[ConsoleGateway]":
        """Nothing to open."""
        yield self

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Handed over to nobody."""
        return Outcome(State.HANDED_OVER, Reason.STORED_ONLY)
