"""Plans of people's contacts: read, decided by the planner, and carried out on the messages that wait.

What other apps want (calls due) is planned along and bounds the messages; it stays theirs to do.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from messaging import purposes, wanted
from messaging.domain import permission, touches
from messaging.domain.calendar import rules_of_hospital
from messaging.domain.contact_rules import ContactRules, kind_of
from messaging.domain.permission import Ask
from messaging.domain.planner import Fate, Placed, Wanted, plan
from messaging.domain.states import Move, move_all
from messaging.models import Message, PlannedTouch, Reason, State, StoppedSending
from messaging.purposes import Basis, Purpose
from patients.models import Patient

SOURCE = "messaging"
AHEAD = dt.timedelta(days=30)
NEW_WITHIN = dt.timedelta(minutes=70)
_AT_ONCE = 500
_RANKS = {
    Basis.SAFETY: 0,
    Basis.OWN_REQUEST: 1,
    Basis.APPOINTMENT: 2,
    Basis.CARE: 3,
    Basis.SATISFACTION: 4,
    Basis.EDUCATION: 5,
    Basis.COMMUNITY: 6,
    Basis.POINTS: 7,
}


def rank_of(purpose: Purpose) -> int:
    """What is placed first: safety, what was asked for, bookings, care; marketing last."""
    return _RANKS.get(purpose.basis, 8)


def plans_of(people: Collection[int], *, now: dt.datetime) -> dict[int, list[Placed]]:
    """The plan of each of these people as of now. Decides and changes nothing."""
    rules = rules_of_hospital()
    everything = wanted.of_people(people, rules, now, now + AHEAD)
    day = rules.day_of(now)
    history = touches.around(day, people)
    return {pk: plan(some, history.get(pk, ()), rules, now=now) for pk, some in everything.items()}


@transaction.atomic
def replan(people: Collection[int], *, now: dt.datetime) -> int:
    """Plans anew, keeps what was decided, and moves, merges or holds back the messages that wait; answers how many
    messages were changed.
    """
    list(Patient.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    plans = plans_of(people, now=now)
    decided = _without_those_leaving([(pk, one) for pk, some in plans.items() for one in some])
    PlannedTouch.objects.filter(person_id__in=people).exclude(key__in=[one.wanted.key for _pk, one in decided]).delete()
    PlannedTouch.objects.bulk_create(
        [_row(pk, one, now) for pk, one in decided],
        update_conflicts=True,
        unique_fields=["hospital", "key"],
        update_fields=["purpose", "channel", "wished_at", "at", "fate", "reason", "into", "planned_at"],
    )
    return _carry_out([one for _pk, one in decided], now)


def _without_those_leaving(decided: Sequence[tuple[int, Placed]]) -> list[tuple[int, Placed]]:
    """What was decided, but for what was to be said with a message that a worker is claiming at this moment or that
    waits no more: that one leaves as it is, and what it does not say goes by itself. The others stay locked, so that
    none is claimed before what it says is joined to it.
    """
    asked = {number for _pk, one in decided if one.into and (number := _number(one.into)) is not None}
    if not asked:
        return list(decided)
    rows = Message.objects.filter(pk__in=asked, state=State.PLANNED).select_for_update(skip_locked=True)
    gone = asked - set(rows.order_by("pk").values_list("pk", flat=True))
    return [(pk, one) for pk, one in decided if _number(one.into) not in gone]


def plan_contacts(*, now: dt.datetime, everybody: bool = False) -> int:
    """Plans the contacts of people of whom more than one thing is wanted: those with messages queued since the last
    run, or everybody for whom something waits. Answers how many messages were changed.
    """
    waiting = Message.objects.filter(state=State.PLANNED, person__isnull=False)
    if not everybody:
        waiting = waiting.filter(created_at__gte=now - NEW_WITHIN)
    changed = 0
    for some in _chunks(sorted(set(waiting.order_by().values_list("person_id", flat=True)))):
        rules = rules_of_hospital()
        several = [pk for pk, all_ in wanted.of_people(some, rules, now, now + AHEAD).items() if len(all_) > 1]
        changed += replan(several, now=now) if several else 0
    return changed


def messages_wanted(
    people: Collection[int], rules: ContactRules, now: dt.datetime, until: dt.datetime
) -> Iterable[tuple[int, Wanted]]:
    """Messages to people that wait to be sent: what messaging itself wants."""
    rows = list(
        Message.objects.filter(state=State.PLANNED, person_id__in=list(people), not_before__lte=until)
        .filter(purpose__in=purposes.codes())
        .exclude(batch__in=StoppedSending.objects.values("batch"))
        .order_by("pk")
    )
    asks = [Ask(int(row.person_id or 0), row.channel, purposes.get(row.purpose)) for row in rows]
    known = permission.read_people(asks, now=now, rules=rules)
    wishes = _wishes(rows)
    for row, ask in zip(rows, asks, strict=True):
        person = known.get(ask.person_id)
        refused = permission.why_never(person, ask)
        yield (
            ask.person_id,
            Wanted(
                key=f"{SOURCE}:{row.pk}",
                what=row.purpose,
                channel=row.channel,
                kind=kind_of(ask.purpose, row.channel, tier=person.tier if person else ""),
                rank=rank_of(ask.purpose),
                wished=wishes.get(row.pk, row.not_before),
                earliest=wishes.get(row.pk, row.not_before),
                latest=row.not_after,
                merges=_merges(row, ask.purpose),
                refused=refused.reason if refused else Reason.NONE,
                link=("messaging:message", str(row.public_id)),
            ),
        )


def _wishes(rows: Sequence[Message]) -> dict[int, dt.datetime]:
    """For when messages that the planner has moved were wished; of those that somebody has tried to send, nothing."""
    keys = {f"{SOURCE}:{row.pk}": row.pk for row in rows if not row.attempts}
    moved = PlannedTouch.objects.filter(key__in=keys, fate=PlannedTouch.Fate.MOVED)
    return {keys[key]: wished for key, wished in moved.values_list("key", "wished_at")}


def _merges(row: Message, purpose: Purpose) -> str:
    """Messages of one purpose are one mail or letter, unless they were made apart for a reason: a link, a value. A text
    that is a row of some app (`templates.register_source`) is a whole mail of its own, with its own pictures.
    """
    is_whole = ":" in row.template
    mergeable = purpose.approach and not purpose.commercial and not is_whole and row.channel in ("email", "letter")
    return f"{row.purpose}" if mergeable else ""


def _row(person: int, one: Placed, now: dt.datetime) -> PlannedTouch:
    return PlannedTouch(
        person_id=person,
        key=one.wanted.key,
        purpose=one.wanted.what,
        channel=one.wanted.channel,
        wished_at=one.wanted.wished,
        at=one.at,
        fate=one.fate,
        reason=one.reason,
        into=one.into,
        planned_at=now,
    )


def _carry_out(decided: Sequence[Placed], now: dt.datetime) -> int:
    """On the messages: moved in time, held back, or said with another."""
    numbers = {one.wanted.key: number for one in decided if (number := _number(one.wanted.key)) is not None}
    due = dict(Message.objects.filter(pk__in=numbers.values()).values_list("pk", "not_before"))
    moves, into = [], dict[int, int]()
    for one in decided:
        number = numbers.get(one.wanted.key)
        if number is None:
            continue
        if one.fate in (Fate.KEPT, Fate.MOVED):
            if one.at is not None and due.get(number) != one.at and one.at > now:
                moves.append(Move(number, State.PLANNED, one.reason, not_before=one.at))
            continue
        other = numbers.get(one.into) if one.fate == Fate.MERGED else None
        if other is not None:
            into[number] = other
        moves.append(Move(number, State.HELD, one.reason))
    moved = move_all(moves, before=[State.PLANNED], now=now)
    for number, other in into.items():
        if number in moved:
            Message.objects.filter(pk=number).update(said_with_id=other)
    return len(moved)


def _number(key: str) -> int | None:
    source, _colon, number = key.partition(":")
    return int(number) if source == SOURCE else None


def _chunks(people: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(people), _AT_ONCE):
        yield people[start : start + _AT_ONCE]


def hours_of(day: dt.date, rules: ContactRules, *, care: bool = True) -> dt.datetime:
    """The first moment of a day at which people are contacted."""
    first = (rules.care_hours if care else rules.marketing_hours)[0]
    return timezone.make_aware(dt.datetime.combine(day, dt.time(first)), rules.tz)
