"""The bell of the top bar: the row itself is the notice, so nothing leaves the database and nothing can get lost."""

from collections.abc import Iterator
from contextlib import contextmanager

from messaging.gateways.base import Outcome, Outgoing
from messaging.models import State


class BellGateway:
    """Delivered as soon as it is committed."""

    name = "bell"
    calls_out = False

    @contextmanager
    def session(self) -> "Iterator[BellGateway]":
        """Nothing to open."""
        yield self

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Always delivered."""
        return Outcome(State.DELIVERED)
