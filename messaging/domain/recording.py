"""What became of claimed messages: recorded batch by batch, and settled for workers that died in between."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import journal, suppressions
from messaging.domain.states import Move, move_all
from messaging.gateways.base import Outcome
from messaging.models import Message, Reason, State, Suppression

if TYPE_CHECKING:
    from accounts.models import Hospital

CLAIM_LASTS = dt.timedelta(minutes=15)
GIVE_UP_AFTER = 24
LONGEST_PAUSE = dt.timedelta(hours=1)
_AT_ONCE = 500
# What a worker may still tell of a message that was given up as unknown.
_CERTAIN = frozenset({State.HANDED_OVER, State.DELIVERED, State.FAILED})


def record_all(outcomes: Mapping[int, tuple[int, Outcome]], *, now: dt.datetime) -> None:
    """Writes down what became of claimed messages: number → attempts so far, outcome. What was certainly not taken is
    planned again, later and later, then given up; an address that does not exist is stopped. A worker that was taken
    for dead meanwhile, by a clock that is wrong, still knows what it has done.
    """
    moves = [_move(number, tries, outcome, now) for number, (tries, outcome) in outcomes.items()]
    moved = move_all(moves, before=[State.CLAIMED], now=now)
    certain = [one for one in moves if one.message_id not in moved and one.state in _CERTAIN]
    moved |= move_all(certain, before=[State.UNKNOWN], now=now)
    _stop_gone([one.message_id for one in moves if one.reason == Reason.HARD_BOUNCE and one.message_id in moved], now)


def _stop_gone(numbers: Collection[int], now: dt.datetime) -> None:
    """The other side knows no such address: it is written to no more, by whichever app."""
    for message in Message.objects.filter(pk__in=numbers).order_by("address", "pk") if numbers else ():
        suppressions.suppress(
            channel=message.channel,
            address=message.address,
            reason=Suppression.Reason.HARD_BOUNCE,
            source=f"{message.gateway} {message.detail}",
            message=message,
            now=now,
        )


def _move(number: int, tries: int, outcome: Outcome, now: dt.datetime) -> Move:
    state, not_before = outcome.state, None
    if state == State.PLANNED and tries >= GIVE_UP_AFTER:
        state = State.FAILED
    elif state == State.PLANNED:
        not_before = now + min(dt.timedelta(minutes=2 ** min(tries, 10)), LONGEST_PAUSE)
    known = outcome.provider_reference or None
    return Move(number, state, outcome.reason, outcome.detail, not_before, provider_reference=known)


def put_back(numbers: Iterable[int], *, reason: Reason, now: dt.datetime) -> None:
    """Claimed messages that were not begun go back as if nobody had claimed them."""
    moves = [Move(number, State.PLANNED, reason, tries=-1) for number in numbers]
    move_all(moves, before=[State.CLAIMED], now=now)


def settle_journals(hospital: "Hospital", *, now: dt.datetime) -> int:
    """Settles what workers of this machine left behind when they died: done is recorded, begun and not done is unknown,
    the rest is planned again. Answers how many messages. Called outside every scope.
    """
    settled = 0
    for found in journal.abandoned():
        if hospital.pk in found.hospitals:
            with hospital_scope(hospital):
                settled += _settle(found, now)
            found.settled.add(hospital.pk)
    return settled


def _settle(found: journal.Found, now: dt.datetime) -> int:
    rows = Message.objects.filter(state=State.CLAIMED, journal=found.name).select_for_update()
    claimed = dict(rows.order_by("pk").values_list("pk", "attempts"))
    if not found.is_believed:
        _lose(claimed, now)
        return len(claimed)
    done = {pk: (tries, found.done[pk]) for pk, tries in claimed.items() if pk in found.done}
    record_all(done, now=now)
    _lose([pk for pk in claimed if pk in found.begun and pk not in done], now)
    put_back([pk for pk in claimed if pk not in found.begun], reason=Reason.NOT_BEGUN, now=now)
    return len(claimed)


def _lose(numbers: Iterable[int], now: dt.datetime) -> None:
    """Nobody knows whether these arrived."""
    move_all([Move(pk, State.UNKNOWN, Reason.INTERRUPTED) for pk in numbers], before=[State.CLAIMED], now=now)


def settle_interrupted(*, now: dt.datetime) -> int:
    """Messages claimed so long ago that their worker must be gone, and its journal with it: outcome unknown. They wait
    for a person or a receipt. Those whose journal lies on this machine are settled by it.
    """
    stale = Message.objects.filter(state=State.CLAIMED, state_at__lt=now - CLAIM_LASTS).order_by("pk")
    found = stale.values_list("pk", "journal")[:_AT_ONCE]
    lost = [pk for pk, name in found if not journal.is_here(name)]
    _lose(lost, now)
    return len(lost)
