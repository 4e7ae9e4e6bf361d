"""Claim, call out, record: a batch is committed as claimed before anything leaves the house, nothing is open while it
leaves, and the worker's journal (`messaging.domain.journal`) says how far it came.

Rounds are short and go by urgency: whoever has something urgent waits for one batch of somebody else's backlog, not for
the backlog.
"""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.domain.public_links import hidden
from hospital_crm.tenancy.scope import current_hospital, hospital_scope
from messaging import gateways
from messaging.domain import touches
from messaging.domain.admission import Verdict, admit
from messaging.domain.composing import Composer
from messaging.domain.journal import Journal
from messaging.domain.lines import LINES, Lines
from messaging.domain.marking import NotMarked
from messaging.domain.recording import put_back, record_all, settle_journals
from messaging.domain.releasing import keep_ways
from messaging.domain.states import Move, move_all
from messaging.gateways.base import Gateway, LooksAhead, Outcome, Outgoing, Session, Unreachable
from messaging.gateways.pace import PacedGateway
from messaging.models import Channel, Message, Reason, State, Urgency

if TYPE_CHECKING:
    from accounts.models import Hospital

Clock = Callable[[], dt.datetime]
GatewayFor = Callable[["Hospital", str], Gateway | None]

INSIDE_AT_ONCE = 500
ROUND_SECONDS = 0.4
# What is left of a round after this is too little for another batch.
_ENOUGH_SECONDS = 0.1
_FIRST_BATCH = 20
_LARGEST_BATCH = 500
# What lies with us until somebody reads or prints it keeps its links; of what has gone nobody here opens one.
_KEEP_LINKS = frozenset({"console", "letter"})


class Claimed(NamedTuple):
    """A message that is committed as being sent, and what leaves."""

    number: int
    tries: int
    outgoing: Outgoing


@dataclass
class _Speed:
    """How many messages a gateway takes in a second, with claiming and recording, and how many went at once so far."""

    per_second: float = 0.0
    most: int = _FIRST_BATCH // 2

    def fit(self, seconds: float) -> int:
        """How many to claim for so many seconds: at most twice as many as went at once before."""
        most = min(self.most * 2, _LARGEST_BATCH)
        return max(1, min(int(self.per_second * seconds), most)) if self.per_second else most

    def learn(self, sent: int, seconds: float) -> None:
        """So many went in so many seconds."""
        self.per_second = sent / max(seconds, 0.001)
        self.most = max(self.most if sent else 1, sent)


@dataclass
class _Worker:
    """What this process keeps between rounds: its journal, and how fast each gateway took messages last."""

    journal: Journal | None = None
    speeds: dict[str, _Speed] = field(default_factory=dict)

    def book(self) -> Journal:
        """The journal of this process."""
        if self.journal is None:
            self.journal = Journal()
        return self.journal

    def leave(self) -> None:
        """Something went wrong between claiming and recording: what is written down is settled by the next round."""
        if self.journal is not None:
            self.journal.leave()
            self.journal = None

    def speed(self, gateway: Gateway) -> _Speed:
        """Of a gateway."""
        return self.speeds.setdefault(gateway.name, _Speed())


_WORKER = _Worker()


@dataclass
class _Round:
    """One turn of one hospital: until when it lasts, by whose clock, over which gateways. `waits`: the seconds until an
    account may send again whose pace was used up.
    """

    hospital: "Hospital"
    clock: Clock
    gateway_for: GatewayFor
    lines: Lines
    ends: float
    call_help: Callable[[], None]
    waits: float | None = None

    @property
    def left(self) -> float:
        """Seconds until it is over."""
        return self.ends - time.monotonic()

    @property
    def is_over(self) -> bool:
        return self.left < 0


def send_due(
    hospital: "Hospital",
    *,
    urgencies: Sequence[int] = tuple(Urgency),
    clock: Clock = timezone.now,
    gateway_for: GatewayFor = gateways.for_channel,
    lines: Lines = LINES,
    call_help: Callable[[], None] = lambda: None,
) -> bool:
    """Sends what is due at one hospital, the urgent first over all channels, for at most a round. True: there may be
    more, so ask again. `call_help` is called as soon as a full batch has gone: others may take part.

    Refused inside a scope, because a mail server must never hold a transaction open.
    """
    if current_hospital() is not None:
        raise RuntimeError("messages leave the house outside every scope")
    settle_journals(hospital, now=clock())
    turn = _Round(hospital, clock, gateway_for, lines, time.monotonic() + ROUND_SECONDS, call_help)
    if any(_send(turn, channel, urgency) for urgency, channel in _due(turn, urgencies)):
        return True
    if turn.waits is not None:
        time.sleep(max(0.0, min(turn.waits, turn.left)))
    return turn.waits is not None


_DUE = """
select u.urgency, c.channel from unnest(%s::int[]) with ordinality u(urgency, place), unnest(%s::text[]) c(channel)
 where exists (select from messaging_message m where m.hospital_id = %s and m.state = 'planned'
                  and m.channel = c.channel and m.urgency = u.urgency and m.not_before <= %s)
 order by u.place, random()
"""


def _due(turn: _Round, urgencies: Sequence[int]) -> list[tuple[int, str]]:
    """Of which urgency, and over which channels, something is due: the urgent first, channels of one by turns."""
    with hospital_scope(turn.hospital), connection.cursor() as cursor:
        asked = [int(one) for one in urgencies]
        cursor.execute(_DUE, [asked, Channel.values, turn.hospital.pk, turn.clock()])
        return cursor.fetchall()


def _send(turn: _Round, channel: str, urgency: int) -> bool:
    """One channel's part of the turn. True: the time was up before everything was sent."""
    gateway = turn.gateway_for(turn.hospital, channel)
    if gateway is None or not gateway.calls_out:
        while _settle_inside(turn, channel, urgency, gateway):
            if turn.is_over:
                return True
        return False
    try:
        return _send_out(turn, channel, urgency, gateway)
    except BaseException:
        _WORKER.leave()
        turn.lines.drop(gateway)
        raise


def _send_out(turn: _Round, channel: str, urgency: int, gateway: Gateway) -> bool:
    """Batch after batch over a line that is kept. Whatever goes wrong on the way, the journal is left to whoever
    settles it.
    """
    session, speed = turn.lines.open(gateway), _WORKER.speed(gateway)
    while True:
        begun, limit = time.monotonic(), _room(turn, gateway, speed.fit(turn.left))
        if not limit:
            return False
        batch = _claim(turn, channel, urgency, gateway, limit)
        if not batch:
            return turn.is_over
        sent, is_there = _hand_over(turn, batch, session)
        if not is_there:
            return False
        speed.learn(sent, time.monotonic() - begun)
        if len(batch) >= limit:
            turn.call_help()
        if turn.left < _ENOUGH_SECONDS:
            return True


def _room(turn: _Round, gateway: Gateway, limit: int) -> int:
    """How many of so many messages the pace of the account allows in what is left of the turn."""
    if not isinstance(gateway, PacedGateway):
        return limit
    with hospital_scope(turn.hospital):
        slots = gateway.take(limit, turn.left)
    if not slots.many:
        turn.waits = slots.wait if turn.waits is None else min(turn.waits, slots.wait)
    return slots.many


def _settle_inside(turn: _Round, channel: str, urgency: int, gateway: Gateway | None) -> bool:
    """A batch that stays in the database (the bell), or has nowhere to go (held): claimed and settled in one
    transaction. False: nothing was due, or there is a way out by now.
    """
    now = turn.clock()
    with hospital_scope(turn.hospital):
        if gateway is None:
            keep_ways()
            if turn.gateway_for(turn.hospital, channel) is not None:
                return False
        batch = lock_due(channel, urgency, now, INSIDE_AT_ONCE)
        if gateway is None:
            moves = [Move(one.pk, State.HELD, Reason.NO_GATEWAY) for one in batch]
            move_all(moves, before=[State.PLANNED], now=now)
        elif batch:
            claimed = _take(batch, gateway, now)
            with gateway.session() as session:
                record_all({one.number: (one.tries, session.deliver(one.outgoing)) for one in claimed}, now=now)
    return bool(batch)


def _claim(turn: _Round, channel: str, urgency: int, gateway: Gateway, limit: int) -> list[Claimed]:
    """Claims the next batch and commits; empty: nothing is due. What may not go is moved on meanwhile."""
    now, book = turn.clock(), _WORKER.book()
    while True:
        book.open_batch(turn.hospital.pk)
        with hospital_scope(turn.hospital):
            batch = lock_due(channel, urgency, now, limit)
            claimed = _take(batch, gateway, now, book.name)
        if not claimed:
            book.close_batch()
        if claimed or not batch or turn.is_over:
            return claimed


def _hand_over(turn: _Round, batch: Sequence[Claimed], session: Session) -> tuple[int, bool]:
    """Calls out, then records: how many messages were begun, and whether the other side is there; where it is not, the
    rest of the round would only wait.
    """
    outcomes, is_there = _deliver(turn, batch, session)
    with hospital_scope(turn.hospital):
        now = turn.clock()
        record_all(outcomes, now=now)
        rest = [one.number for one in batch if one.number not in outcomes]
        put_back(rest, reason=Reason.NOT_BEGUN if is_there else Reason.UNREACHABLE, now=now)
    _WORKER.book().close_batch()
    return len(outcomes), is_there


def _deliver(turn: _Round, batch: Sequence[Claimed], session: Session) -> tuple[dict[int, tuple[int, Outcome]], bool]:
    """Hands messages over one after the other until the time is up or the other side is gone; what became of each that
    was begun, and whether the other side is there. A round may last half as long again before a batch is cut off.
    """
    book, outcomes = _WORKER.book(), {}
    ahead = session if isinstance(session, LooksAhead) else None
    for one, following in zip_longest(batch, batch[1:]):
        is_last = following is None or turn.left < -ROUND_SECONDS / 2
        if ahead is not None and not is_last:
            ahead.expect(following.outgoing)
        book.begin(one.number)
        try:
            outcome = session.deliver(one.outgoing)
        except Unreachable as error:
            outcome = Outcome(State.PLANNED, Reason.UNREACHABLE, str(error))
        book.done(one.number, outcome)
        outcomes[one.number] = (one.tries, outcome)
        if outcome.reason == Reason.UNREACHABLE:
            return outcomes, False
        if is_last:
            break
    return outcomes, True


def lock_due(channel: str, urgency: int, now: dt.datetime, limit: int) -> list[Message]:
    """The next due messages, locked; those that another worker holds are passed over."""
    rows = Message.objects.due(now).filter(channel=channel, urgency=urgency).select_for_update(skip_locked=True)
    locked = list(rows.order_by("not_before", "pk")[:limit])
    prefetch_related_objects([one for one in locked if one.staff_id is not None], "staff__user")
    return locked


def _take(batch: Sequence[Message], gateway: Gateway, now: dt.datetime, journal: str = "") -> list[Claimed]:
    """Claims those of locked messages that may go, with their texts; the others are moved on with the reason."""
    verdicts = admit(batch, now=now)
    composer = Composer(batch, now=now) if batch else None
    claimed, moves = [], []
    for message in batch:
        verdict = verdicts.get(message.pk)
        if verdict is None or composer is None:
            continue
        if verdict.state != State.CLAIMED:
            moves.append(Move(message.pk, verdict.state, verdict.reason, verdict.detail, verdict.not_before))
            continue
        try:
            taken, outgoing = _made(message, verdict, composer, gateway, journal)
        except NotMarked as error:
            moves.append(Move(message.pk, State.HELD, Reason.NO_TEXT, error.lacks))
            continue
        except (LookupError, TypeError, ValueError) as error:
            moves.append(Move(message.pk, State.FAILED, Reason.NO_TEXT, type(error).__name__))
            continue
        moves.append(taken)
        claimed.append(Claimed(message.pk, message.attempts + 1, outgoing))
    move_all(moves, before=[State.PLANNED], now=now)
    going = {one.number for one in claimed}
    touches.write([one.touch for pk, one in verdicts.items() if pk in going and one.touch is not None])
    return claimed


def _made(
    message: Message, verdict: Verdict, composer: Composer, gateway: Gateway, journal: str
) -> tuple[Move, Outgoing]:
    filled = composer.filled(message, verdict.language)
    taken = Move(
        message.pk,
        State.CLAIMED,
        tries=1,
        language=verdict.language,
        subject=filled.subject[:200],
        body=filled.body if gateway.name in _KEEP_LINKS else hidden(filled.body),
        address=verdict.address,
        gateway=gateway.name,
        journal=journal,
    )
    outgoing = composer.outgoing(message, filled, address=verdict.address, language=verdict.language)
    return taken, outgoing
