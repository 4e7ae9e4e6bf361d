"""The messages of one campaign in the outbox: how many wait, and what came of them. `messaging.domain.batches` holds
them, lets them go and calls them back.
"""

from dataclasses import dataclass

from django.db.models import Count

from messaging.domain import batches
from messaging.models import Message, Reason, State, Suppression

PAUSES_AT_COMPLAINTS = 0.003
PAUSES_AT_HARD_BOUNCES = 0.05
# Among fewer than these, one complaint says nothing.
FEWEST = 100
_LEFT = (State.HANDED_OVER, State.DELIVERED, State.FAILED, State.UNKNOWN)
_NEVER_LEFT = (State.FAILED.value, Reason.CANCELLED.value)


@dataclass(frozen=True)
class Came:
    """What came of the messages of a campaign."""

    states: dict[str, int]
    reasons: dict[tuple[str, str], int]
    complaints: int
    hard_bounces: int

    @property
    def left(self) -> int:
        """Those that left the house."""
        return sum(self.states.get(state, 0) for state in _LEFT) - self.reasons.get(_NEVER_LEFT, 0)

    @property
    def retried(self) -> int:
        """Those that were given up without having been taken, and may be tried once more."""
        return sum(n for (state, reason), n in self.reasons.items() if state == "failed" and reason in batches.RETRIED)

    @property
    def complaint_rate(self) -> float:
        """Complaints of those that left."""
        return self.complaints / self.left if self.left else 0.0

    @property
    def hard_bounce_rate(self) -> float:
        """Addresses that do not exist, of those that left."""
        return self.hard_bounces / self.left if self.left else 0.0

    @property
    def is_unwanted(self) -> bool:
        """So many complained, or so many addresses are wrong, that the campaign pauses itself."""
        bad = self.complaint_rate >= PAUSES_AT_COMPLAINTS or self.hard_bounce_rate >= PAUSES_AT_HARD_BOUNCES
        return self.left >= FEWEST and bad


def waiting(batch: str) -> int:
    """How many messages have not left the house, and may."""
    return Message.objects.filter(batch=batch, state=State.PLANNED).count()


def is_under_way(batch: str) -> bool:
    """Whether something has not left the house, or is leaving."""
    return Message.objects.filter(batch=batch, state__in=[State.PLANNED, State.CLAIMED]).exists()


def what_came(batch: str) -> Came:
    """What came of the messages so far."""
    reasons = batches.counts(batch)
    states: dict[str, int] = {}
    for (state, _reason), n in reasons.items():
        states[state] = states.get(state, 0) + n
    stops = Suppression.objects.filter(message__batch=batch).order_by().values_list("reason").annotate(n=Count("pk"))
    found = dict(stops)
    return Came(states, reasons, found.get("complaint", 0), found.get("hard_bounce", 0))
