"""The messages of one campaign in the outbox: how many wait, and what came of them. `messaging.domain.batches` holds
them, lets them go and calls them back.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from messaging.domain import batches
from messaging.models import Channel, Message, Reason, State, Suppression

PAUSES_AT_COMPLAINTS = 0.003
PAUSES_AT_HARD_BOUNCES = 0.05
# Among fewer than these, one complaint says nothing.
FEWEST = 100
SOON = dt.timedelta(hours=1)
# Why a message waits although others of its sending may go.
_OF_THE_READER = (Reason.BUDGET, Reason.CALL_A_DAY)
_LEFT = (State.HANDED_OVER, State.DELIVERED, State.FAILED, State.UNKNOWN)
# Failed before anything had left: called back, or never taken by anybody.
_NEVER_LEFT = frozenset({Reason.CANCELLED, Reason.UNITED, Reason.NO_ADDRESS, *batches.RETRIED})
# Of these nobody hears more than that they were handed over and did not come back.
_NOBODY_TELLS = frozenset({Channel.EMAIL, Channel.LETTER})


@dataclass(frozen=True)
class Came:
    """How many messages of a sending are in each state for each reason."""

    reasons: dict[tuple[str, str], int]

    @property
    def left(self) -> int:
        """Those that left the house; not those called back or given up before."""
        return sum(n for (state, reason), n in self.reasons.items() if _has_left(state, reason))

    @property
    def failed(self) -> int:
        """Those that left the house and came back, or were refused."""
        known = self.reasons.items()
        return sum(n for (state, reason), n in known if state == State.FAILED and _has_left(state, reason))

    def arrived(self, channel: str) -> int:
        """Those that arrived, as far as is known: reported by the provider, or handed over and not come back where
        nobody reports it.
        """
        states = {State.DELIVERED, State.HANDED_OVER} if channel in _NOBODY_TELLS else {State.DELIVERED}
        return sum(n for (state, _reason), n in self.reasons.items() if state in states)

    @property
    def retried(self) -> int:
        """Those that were given up without having been taken, and may be tried once more."""
        return sum(n for (state, reason), n in self.reasons.items() if state == "failed" and reason in batches.RETRIED)


def _has_left(state: str, reason: str) -> bool:
    return state in _LEFT and not (state == State.FAILED and reason in _NEVER_LEFT)


@dataclass(frozen=True)
class Unwanted:
    """How often a sending was complained about, and how many of its addresses do not exist."""

    left: int
    complaints: int
    hard_bounces: int

    @property
    def complaint_rate(self) -> float:
        """Complaints of those that left."""
        return self.complaints / self.left if self.left else 0.0

    @property
    def hard_bounce_rate(self) -> float:
        """Addresses that do not exist, of those that left."""
        return self.hard_bounces / self.left if self.left else 0.0

    @property
    def is_too_much(self) -> bool:
        """So many complained, or so many addresses are wrong, that the campaign pauses itself."""
        bad = self.complaint_rate >= PAUSES_AT_COMPLAINTS or self.hard_bounce_rate >= PAUSES_AT_HARD_BOUNCES
        return self.left >= FEWEST and bad


def waiting(batch: str, now: dt.datetime) -> int:
    """How many messages have not left the house, and may; without those that wait for days because their reader was
    contacted often enough.
    """
    later = Q(reason__in=_OF_THE_READER, not_before__gt=now + SOON)
    return Message.objects.filter(batch=batch, state=State.PLANNED).exclude(later).count()


def is_under_way(batch: str) -> bool:
    """Whether something has not left the house, or is leaving."""
    return Message.objects.filter(batch=batch, state__in=[State.PLANNED, State.CLAIMED]).exists()


def what_came(batch: str) -> Came:
    """What came of the messages so far."""
    return Came(batches.counts(batch))


def unwanted(batch: str, *, since: dt.datetime | None = None) -> Unwanted:
    """How unwanted a sending is, by the stops of addresses that its messages led to; `since`: from that moment on."""
    stops = Suppression.objects.filter(message__batch=batch)
    came = what_came(batch)
    if since is not None:
        stops = stops.filter(at__gte=since)
        rows = Message.objects.filter(batch=batch, state_at__gte=since).order_by().values_list("state", "reason")
        came = Came({(state, reason): n for state, reason, n in rows.annotate(n=Count("pk"))})
    found = dict(stops.order_by().values_list("reason").annotate(n=Count("pk")))
    return Unwanted(came.left, found.get("complaint", 0), found.get("hard_bounce", 0))
