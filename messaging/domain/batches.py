"""A sending of many messages as one thing: paused, resumed, called back, tried again, counted.

Whatever is on its way at that moment goes; of what was handed over nothing is sent again, ever. What a worker had
claimed and puts back stays: whoever claims asks which sendings are stopped.
"""

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from messaging.domain.states import move_rows, part
from messaging.models import Message, Reason, State, StoppedSending

# Nobody took these, for want of an answer or of a way out: they may be tried once more.
RETRIED = (Reason.POSTPONED, Reason.UNREACHABLE, Reason.NO_TEXT)
_WHY = {False: Reason.PAUSED, True: Reason.CANCELLED}


def pause(batch: str, *, now: dt.datetime) -> int:
    """What waits is held, also what another sending was to say; answers how many messages."""
    _stop(batch, is_final=False, now=now)
    _part(batch, now)
    waiting = _of(batch).filter(state=State.PLANNED)
    return move_rows(waiting, State.HELD, reason=Reason.PAUSED, before=[State.PLANNED], now=now)


def resume(batch: str, *, now: dt.datetime) -> int:
    """What was held by a pause waits again; answers how many messages."""
    StoppedSending.objects.filter(batch=batch, is_final=False).delete()
    held = _of(batch).filter(state=State.HELD, reason=Reason.PAUSED)
    return move_rows(held, State.PLANNED, reason=Reason.RESUMED, before=[State.HELD], now=now)


def call_back(batch: str, *, now: dt.datetime) -> int:
    """What waits or was held by a pause will not be sent, nor said by another sending; answers how many messages."""
    _stop(batch, is_final=True, now=now)
    return _give_up(_of(batch), Reason.CANCELLED, now)


def stopped(batches: Collection[str]) -> dict[str, Reason]:
    """Which of these sendings are stopped, and why."""
    named = [one for one in batches if one]
    rows = StoppedSending.objects.filter(batch__in=named) if named else StoppedSending.objects.none()
    return {batch: _WHY[is_final] for batch, is_final in rows.values_list("batch", "is_final")}


def _stop(batch: str, *, is_final: bool, now: dt.datetime) -> None:
    """What was called back stays so when it is paused besides."""
    row = StoppedSending(batch=batch, is_final=is_final, at=now)
    if is_final:
        StoppedSending.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["hospital", "batch"],
            update_fields=["is_final", "at"],
        )
    else:
        StoppedSending.objects.bulk_create([row], ignore_conflicts=True)


def spare(batch: str, person_id: int, *, now: dt.datetime, key_ends: str = "") -> int:
    """What waits of a sending for a person who is written to under another record, or under that one held out, will not
    be sent; answers how many messages.
    """
    return _give_up(of_person(batch, person_id, key_ends=key_ends), Reason.UNITED, now)


def of_person(batch: str, person_id: int, *, key_ends: str = "") -> QuerySet[Message]:
    """The messages of a sending to one person; `key_ends`: only those whose key ends so."""
    return _of(batch).filter(person_id=person_id, key__endswith=key_ends)


def waiting_among(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Those that have not gone and will: planned, held by a pause, or to be said by another sending."""
    put_off = Q(state=State.HELD, reason__in=[Reason.PAUSED, Reason.MERGED])
    return rows.filter(Q(state=State.PLANNED) | put_off)


def _give_up(rows: QuerySet[Message], reason: Reason, now: dt.datetime) -> int:
    part(rows.filter(said_with__state=State.PLANNED), now=now)
    waiting, held = rows.filter(state=State.PLANNED), rows.filter(state=State.HELD, reason=Reason.PAUSED)
    given_up = move_rows(waiting, State.FAILED, reason=reason, before=[State.PLANNED], now=now)
    return given_up + move_rows(held, State.FAILED, reason=reason, before=[State.HELD], now=now)


def retry(batch: str, *, now: dt.datetime) -> int:
    """What was given up without having been taken is planned once more; answers how many messages."""
    failed = _of(batch).filter(state=State.FAILED, reason__in=RETRIED)
    return move_rows(failed, State.PLANNED, reason=Reason.RESUMED, before=[State.FAILED], now=now)


def counts(batch: str) -> dict[tuple[str, str], int]:
    """How many messages are in each state for each reason."""
    rows = _of(batch).order_by().values_list("state", "reason").annotate(n=Count("pk"))
    return {(state, reason): n for state, reason, n in rows}


def _of(batch: str) -> QuerySet[Message]:
    found: QuerySet[Message] = Message.objects.filter(batch=batch).exclude(batch="")
    return found


def _part(batch: str, now: dt.datetime) -> None:
    """What a message that has not gone yet was to say of this sending goes by itself."""
    part(_of(batch).filter(said_with__state=State.PLANNED), now=now)
