"""The queue of messages as its page, saved views, exports and bulk acts know it: by state, feed and reason, or by the
number that the source gave.

A row says what kind of message it is and why it waits, never whom it is about.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.lists import Column, RegisteredList
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.keyset import Key
from integrations.models import Feed, InboundRecord
from integrations.readers.problems import SENTENCES, sentence

BY_ARRIVAL = Key("id", int)
REMARKS = "remarks"
_State = InboundRecord.State
CHIPS: Mapping[str, object] = {**dict(_State.choices), REMARKS: gettext_lazy("with remarks")}

COLUMNS = (
    Column("event", gettext_lazy("Event")),
    Column("number", gettext_lazy("Number in the source"), width=20),
    Column("reason", gettext_lazy("Reason"), width=40),
    Column("feed", gettext_lazy("Feed"), width=20),
    Column("times", gettext_lazy("Times received"), width=10),
    Column("received", gettext_lazy("Received"), width=18),
    Column("state", gettext_lazy("State"), is_shown=False),
    Column("applied", gettext_lazy("Applied"), is_shown=False, width=18),
)
_TEXTS: dict[str, Callable[[InboundRecord], str]] = {
    "event": lambda row: row.event,
    "number": lambda row: row.number_shown,
    "reason": lambda row: row.reason_words,
    "feed": lambda row: row.feed.title,
    "times": lambda row: str(row.times_received),
    "received": lambda row: _moment(row.received_at),
    "state": lambda row: row.get_state_display(),
    "applied": lambda row: _moment(row.applied_at) if row.applied_at else "",
}


def _moment(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class MessageList:
    """What an address asks of the queue. `number`: then messages of every state; `reason`: of those that wait for
    somebody alone, since their index tells reasons.
    """

    state: str
    feeds: Sequence[Feed]
    feed: Feed | None
    reason: str
    number: str

    @classmethod
    def described(cls, params: QueryDict) -> "MessageList":
        """The list that an address describes. What it cannot mean filters nothing."""
        asked, name = params.get("state", ""), params.get("feed", "")
        state = asked if asked in CHIPS else _State.SET_ASIDE.value
        reason = params.get("reason", "")
        feeds = _feeds(state)
        return cls(
            state=state,
            feeds=feeds,
            feed=next((feed for feed in feeds if feed.name == name), None),
            reason=reason if reason in SENTENCES and state in InboundRecord.PROBLEMS else "",
            number=params.get("number", "").strip()[:100],
        )

    @property
    def is_filtered(self) -> bool:
        """Whether it shows less than what is in its state."""
        return bool(self.feed or self.reason or self.number)

    @property
    def waits(self) -> bool:
        """Whether it shows messages that somebody may settle."""
        return bool(self.number) or self.state in InboundRecord.PROBLEMS

    def rows(self) -> QuerySet[InboundRecord]:
        """Its messages."""
        if self.number:
            feeds = [self.feed] if self.feed else self.feeds
            return InboundRecord.objects.filter(feed__in=feeds, external_id=self.number)
        rows = _in_state(self._of_feed(), self.state)
        return rows.filter(reason=self.reason) if self.reason else rows

    def counts(self) -> dict[str, int]:
        """How many stand behind each chip, up to 1,001, in one query."""
        return dict(zip(CHIPS, capped_counts(*(_in_state(self._of_feed(), state) for state in CHIPS)), strict=True))

    def count(self, counts: Mapping[str, int]) -> int | None:
        """How many it shows, by the counts of its chips; None for those of one number, which are few."""
        if self.number:
            return None
        return dict(self.reasons).get(self.reason, 0) if self.reason else counts[self.state]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why those of the state that wait for somebody do, the commonest first."""
        found: Counter[str] = Counter()
        for feed in [self.feed] if self.feed else self.feeds:
            found.update({one["reason"]: one["n"] for one in getattr(feed, "reasons", ())})
        return [] if self.number else found.most_common()

    def words(self) -> list[str]:
        """Its filters in words."""
        if self.number:
            return [_("Number in the source: %(number)s") % {"number": self.number}]
        said = [str(CHIPS[self.state])]
        if self.feed:
            said.append(self.feed.title)
        if self.reason:
            said.append(sentence(self.reason, {}))
        return said

    def query(self) -> str:
        """The address that describes it wholly, also where its own is bare."""
        said = {"state": self.state, "feed": self.feed.name if self.feed else "", "reason": self.reason}
        params = QueryDict(mutable=True)
        params.update({name: value for name, value in (said | {"number": self.number}).items() if value})
        return params.urlencode()

    def _of_feed(self) -> QuerySet[InboundRecord]:
        rows = InboundRecord.objects.all()
        return rows.filter(feed=self.feed) if self.feed else rows


def _feeds(state: str) -> list[Feed]:
    """The feeds; where messages of the state wait for somebody, with how many do for each reason, in one query."""
    feeds = Feed.objects.order_by("name")
    if state in InboundRecord.PROBLEMS:
        rows = InboundRecord.objects.filter(feed=OuterRef("pk"), state=state).order_by().values("reason")
        counted = rows.annotate(n=Count("pk")).values(one=JSONObject(reason="reason", n="n"))
        feeds = feeds.annotate(reasons=ArraySubquery(counted))
    return list(feeds)


def _in_state(rows: QuerySet[InboundRecord], state: str) -> QuerySet[InboundRecord]:
    return rows.exclude(findings=[]) if state == REMARKS else rows.filter(state=state)


def ids(actor: Actor, query: str) -> QuerySet:
    """The numbers of the messages in the order of the list; of every state where nothing is asked."""
    rows = InboundRecord.objects.visible_to(actor)
    if query:
        rows = MessageList.described(QueryDict(query)).rows()
    return rows.order_by(*BY_ARRIVAL.order).values_list("pk", flat=True)


def words(actor: Actor, query: str) -> list[str]:
    """The filters in words."""
    return MessageList.described(QueryDict(query)).words()


def cells(actor: Actor, messages: Sequence[int], columns: Sequence[str], whole: bool) -> list[list[str]]:
    """The messages as text."""
    rows: Any = InboundRecord.objects.select_related("feed").defer("raw", "corrected")
    known = rows.in_bulk(list(messages))
    return [[_TEXTS[key](known[pk]) for key in columns] for pk in messages if pk in known]


MESSAGES = RegisteredList(
    key="messages",
    label=gettext_lazy("Message queue"),
    url_name="integrations:messages",
    capability="integrations.import",
    parameters=("state", "feed", "reason", "number"),
    columns=COLUMNS,
    ids=ids,
    words=words,
    cells=cells,
    people=lambda messages: [],
)
