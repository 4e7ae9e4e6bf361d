"""Claim, call out, record: a batch is committed as claimed before anything leaves the house, nothing is open while it
leaves, and the worker's journal (`messaging.domain.journal`) says how far it came.

Rounds are short and go by urgency: whoever has something urgent waits for one batch of somebody else's backlog, not for
the backlog.
"""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

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
from messaging.domain.states import Move, move_all
from messaging.gateways.base import Gateway, Outcome, Outgoing, Session, Unreachable
from messaging.models import Channel, Message, Reason, State, Urgency

if TYPE_CHECKING:
    from accounts.models import Hospital

Clock = Callable[[], dt.datetime]
GatewayFor = Callable[["Hospital", str], Gateway | None]

INSIDE_AT_ONCE = 500
ROUND_SECONDS = 0.4
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
class _Worker:
    """What this process keeps between rounds: its journal, and how fast each gateway took messages last."""

    journal: Journal | None = None
    batch: dict[str, int] = field(default_factory=dict)

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

    def size(self, gateway: Gateway) -> int:
        """How many messages are claimed at once."""
        return self.batch.get(gateway.name, _FIRST_BATCH)

    def pace(self, gateway: Gateway, sent: int, seconds: float) -> None:
        """The next batch is what goes in half a round."""
        fits = int(sent * ROUND_SECONDS / 2 / max(seconds, 0.001))
        self.batch[gateway.name] = max(1, min(fits, self.size(gateway) * 2, _LARGEST_BATCH))


_WORKER = _Worker()


@dataclass(frozen=True)
class _Round:
    """One turn of one hospital: until when it lasts, by whose clock, over which gateways."""

    hospital: "Hospital"
    clock: Clock
    gateway_for: GatewayFor
    lines: Lines
    ends: float
    call_help: Callable[[], None]

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.ends


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
    for urgency in urgencies:
        for channel in _channels_due(turn, urgency):
            if _send(turn, channel, urgency):
                return True
    return False


def _channels_due(turn: _Round, urgency: int) -> list[str]:
    """Over which channels something of this urgency is due."""
    with hospital_scope(turn.hospital):
        due = Message.objects.due(turn.clock()).filter(urgency=urgency)
        return [channel for channel in Channel.values if due.filter(channel=channel)[:1].exists()]


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
    session = turn.lines.open(gateway)
    while batch := _claim(turn, channel, urgency, gateway):
        is_full = len(batch) >= _WORKER.size(gateway)
        if not _hand_over(turn, batch, gateway, session):
            return False
        if is_full:
            turn.call_help()
        if turn.is_over:
            return True
    return False


def _settle_inside(turn: _Round, channel: str, urgency: int, gateway: Gateway | None) -> bool:
    """A batch that stays in the database (the bell), or has nowhere to go (held): claimed and settled in one
    transaction. False: nothing was due.
    """
    now = turn.clock()
    with hospital_scope(turn.hospital):
        batch = lock_due(channel, urgency, now, INSIDE_AT_ONCE)
        if gateway is None:
            moves = [Move(one.pk, State.HELD, Reason.NO_GATEWAY) for one in batch]
            move_all(moves, before=[State.PLANNED], now=now)
        elif batch:
            claimed = _take(batch, gateway, now)
            with gateway.session() as session:
                record_all({one.number: (one.tries, session.deliver(one.outgoing)) for one in claimed}, now=now)
    return bool(batch)


def _claim(turn: _Round, channel: str, urgency: int, gateway: Gateway) -> list[Claimed]:
    """Claims the next batch and commits; empty: nothing is due. What may not go is moved on meanwhile."""
    now, book = turn.clock(), _WORKER.book()
    limit = _WORKER.size(gateway)
    while True:
        book.open_batch(turn.hospital.pk)
        with hospital_scope(turn.hospital):
            batch = lock_due(channel, urgency, now, limit)
            claimed = _take(batch, gateway, now, book.name)
        if not claimed:
            book.close_batch()
        if claimed or not batch or turn.is_over:
            return claimed


def _hand_over(turn: _Round, batch: Sequence[Claimed], gateway: Gateway, session: Session) -> bool:
    """Calls out, then records. False: the other side is not there, so the rest of the round would only wait."""
    begun = time.monotonic()
    outcomes, is_there = _deliver(turn, batch, session)
    with hospital_scope(turn.hospital):
        now = turn.clock()
        record_all(outcomes, now=now)
        rest = [one.number for one in batch if one.number not in outcomes]
        put_back(rest, reason=Reason.NOT_BEGUN if is_there else Reason.UNREACHABLE, now=now)
    _WORKER.book().close_batch()
    _WORKER.pace(gateway, len(outcomes), time.monotonic() - begun)
    return is_there


def _deliver(turn: _Round, batch: Sequence[Claimed], session: Session) -> tuple[dict[int, tuple[int, Outcome]], bool]:
    """Hands messages over one after the other until the time is up or the other side is gone; what became of each that
    was begun, and whether the other side is there.
    """
    book, outcomes = _WORKER.book(), {}
    for one in batch:
        book.begin(one.number)
        try:
            outcome = session.deliver(one.outgoing)
        except Unreachable as error:
            outcome = Outcome(State.PLANNED, Reason.UNREACHABLE, str(error))
        book.done(one.number, outcome)
        outcomes[one.number] = (one.tries, outcome)
        if outcome.reason == Reason.UNREACHABLE:
            return outcomes, False
        if turn.is_over:
            break
    return outcomes, True


def lock_due(channel: str, urgency: int, now: dt.datetime, limit: int) -> list[Message]:
    """The next due messages, locked; those that another worker holds are passed over."""
    rows = Message.objects.due(now).filter(channel=channel, urgency=urgency).select_related("staff__user")
    return list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("not_before", "pk")[:limit])


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
