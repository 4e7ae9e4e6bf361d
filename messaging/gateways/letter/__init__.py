"""Letters on paper: what is delivered here waits to be printed, and is posted and come back by hand.

Nothing leaves the database, so it is delivered in the transaction that claims it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from messaging.domain.letters import put_aside
from messaging.gateways.base import Outcome, Outgoing
from messaging.models import State


class LetterGateway:
    """The centre's pile of letters."""

    name = "letter"
    calls_out = False

    @contextmanager
    def session(self) -> "Iterator[LetterGateway]":
        """Nothing to open."""
        yield self

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Puts it on the pile; its answer code is what the provider calls it."""
        return Outcome(State.HANDED_OVER, provider_reference=put_aside(outgoing.reference))
