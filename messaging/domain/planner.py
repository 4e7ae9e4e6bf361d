"""The planner of a person's contacts: of everything that all apps want of one person, what happens when.

A pure function over plain values. What is refused is dropped; what fits a touch that is planned already is said with
it; the rest is placed by its rank on the first moment that breaks no rule, within its own window, or dropped with the
reason. No plan ever breaks a cap, an hour or a refusal (PRODUCT §4.2).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from messaging.domain.contact_rules import ContactRules, Kind, Touched
from messaging.models import Reason


class Fate(StrEnum):
    """What the planner does with something wanted."""

    KEPT = "kept"
    MOVED = "moved"
    MERGED = "merged"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Wanted:
    """A touch that an app wants of a person. `key` names it for good; `what` is its purpose.

    `wished`: when it would be best, `earliest` and `latest` its window (None: whenever). `rank`: the lower, the sooner
    it is placed. `merges`: touches over one channel that name the same can be one. `refused`: why it may never be.
    """

    key: str
    what: str
    channel: str
    kind: Kind
    rank: int
    wished: dt.datetime
    earliest: dt.datetime
    latest: dt.datetime | None = None
    merges: str = ""
    refused: Reason = Reason.NONE
    link: Sequence[str] = ()

    @property
    def is_call(self) -> bool:
        """Whether somebody rings."""
        return self.channel == "phone"


class Placed(NamedTuple):
    """What became of something wanted: when (None: not at all), why not as wished, and with which other."""

    wanted: Wanted
    fate: Fate
    at: dt.datetime | None = None
    reason: Reason = Reason.NONE
    into: str = ""


def plan(
    wanted: Iterable[Wanted], history: Iterable[Touched], rules: ContactRules, *, now: dt.datetime
) -> list[Placed]:
    """The plan for one person, by time; what is not done comes last."""
    touched, placed = list(history), list[Placed]()
    for one in sorted(wanted, key=_order):
        found = _place(one, touched, placed, rules, now)
        placed.append(found)
        if found.at is not None and found.fate != Fate.MERGED:
            touched.append(Touched(rules.day_of(found.at), one.kind.is_approach, one.is_call))
    return sorted(placed, key=lambda one: (one.at is None, one.at or now, one.wanted.key))


def _order(one: Wanted) -> tuple[int, dt.datetime, dt.datetime, int, str]:
    """By rank, then what is over first; at last by the number in the key, the older first."""
    return one.rank, one.latest or dt.datetime.max.replace(tzinfo=dt.UTC), one.wished, len(one.key), one.key


def _place(
    one: Wanted, touched: Sequence[Touched], placed: Sequence[Placed], rules: ContactRules, now: dt.datetime
) -> Placed:
    if one.refused:
        return Placed(one, Fate.DROPPED, reason=one.refused)
    same = _same_touch(one, placed, now)
    if same is not None:
        return Placed(one, Fate.MERGED, same.at, Reason.MERGED, same.wanted.key)
    wished = max(one.wished, one.earliest, now)
    at = rules.finds(wished, one.kind, touched, until=one.latest)
    if at is None:
        at = rules.finds(max(one.earliest, now), one.kind, touched, until=one.latest)
    if at == wished:
        return Placed(one, Fate.KEPT, at)
    why = rules.why_closed(wished, one.kind) or rules.why_full(rules.day_of(wished), one.kind, touched)
    reason = Reason(why or Reason.TOO_LATE)
    if at is None:
        return Placed(one, Fate.DROPPED, reason=Reason.CROWDED_OUT if reason == Reason.BUDGET else reason)
    return Placed(one, Fate.MOVED, at, reason)


def _same_touch(one: Wanted, placed: Sequence[Placed], now: dt.datetime) -> Placed | None:
    """A touch planned already that this one can be said with: same channel and kind, meant to be one, and inside the
    window.
    """
    if not one.merges:
        return None
    opens = max(one.earliest, now)
    for other in placed:
        if (
            other.at is not None
            and other.fate != Fate.MERGED
            and (other.wanted.channel, other.wanted.merges) == (one.channel, one.merges)
            and other.wanted.kind == one.kind
            and opens <= other.at
            and (one.latest is None or other.at <= one.latest)
        ):
            return other
    return None
