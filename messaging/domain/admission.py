"""Which of the messages that are due may go now, to which address and in which language; of the others why not.

Asked for a whole batch in as many statements as for one message. People who could be touched too often by two workers
at once are held by a lock of the transaction; a message to somebody whom another worker holds waits for the next round.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from accounts.calendar import today
from hospital_crm.tenancy.scope import required_hospital
from messaging import purposes
from messaging.domain import batches, permission, suppressions, touches
from messaging.domain.calendar import rules_of_hospital
from messaging.domain.contact_rules import ContactRules, Touched, kind_of
from messaging.domain.permission import Answer, Ask, Person
from messaging.domain.touches import Contact
from messaging.models import Channel, Message, Reason, State
from messaging.purposes import Purpose
from messaging.recipients import source_of

_PERSON_LOCK = 0x6F757462
_LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


class Verdict(NamedTuple):
    """Where a due message goes from here. CLAIMED: it may leave, to this address in this language."""

    state: State
    reason: Reason = Reason.NONE
    detail: str = ""
    not_before: dt.datetime | None = None
    address: str = ""
    language: str = ""
    touch: Contact | None = None


@dataclass
class _Batch:
    """What was read for the messages of a batch."""

    rules: ContactRules
    now: dt.datetime
    language: str
    people: dict[int, Person]
    stopped: dict[tuple[str, str | int], str]
    known_addresses: set[tuple[str, int]]
    touched: dict[str, list[Touched]]
    sendings: dict[str, Reason]


def admit(messages: Sequence[Message], *, now: dt.datetime) -> dict[int, Verdict]:
    """A verdict for each message by its number; those whose person another worker holds have none."""
    free = _free_people({one.person_id for one in messages if one.person_id is not None})
    asked = [one for one in messages if one.person_id is None or one.person_id in free]
    known = _of_known_purposes(asked)
    batch = _read(known, now)
    strange = {one.pk: Verdict(State.HELD, Reason.NO_TEXT, "purpose") for one in asked}
    return strange | {message.pk: _verdict(message, batch) for message in known}


def refused_by_now(messages: Sequence[Message], *, now: dt.datetime) -> dict[int, tuple[Reason, str]]:
    """What speaks by now against messages that were claimed and have not left the house, such as letters on a pile: the
    reason and its detail by the number of the message. Hours and budget were asked when they were claimed.
    """
    known = _of_known_purposes(messages)
    batch = _read(known, now)
    found = {message.pk: _against(message, batch) for message in known}
    return {number: (said.reason, said.detail) for number, said in found.items() if said is not None}


def _against(message: Message, batch: _Batch) -> Verdict | Answer | None:
    if said := _over(message, batch):
        return said
    if message.staff_id is not None:
        said = _of_staff(message, batch)
        return said if said.state != State.CLAIMED else None
    if message.person_id is None:
        return _address_refused(message, batch)
    ask = Ask(message.person_id, message.channel, _purpose(message))
    return permission.why_never(batch.people.get(message.person_id), ask)


def answer_all(asks: Sequence[tuple[int, str, Purpose]], *, now: dt.datetime) -> list[Answer]:
    """The question for people about to be queued for, in the order given."""
    return permission.answers([Ask(*ask) for ask in asks], now=now)


def _free_people(ids: Collection[int]) -> set[int]:
    """Those that no other worker is about to touch; held until the transaction ends."""
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, pg_try_advisory_xact_lock(%s, (id %% 2147483648)::int) from unnest(%s::bigint[]) id",
            [_PERSON_LOCK, sorted(ids)],
        )
        return {number for number, is_free in cursor.fetchall() if is_free}


def _read(messages: Sequence[Message], now: dt.datetime) -> _Batch:
    rules = rules_of_hospital()
    asks = [Ask(one.person_id, one.channel, _purpose(one)) for one in messages if one.person_id is not None]
    elsewhere = [one for one in messages if one.address_source]
    of_staff = [one for one in messages if one.staff_id is not None and one.channel != Channel.BELL]
    used: dict[str, list[str]] = defaultdict(list)
    for one in (*elsewhere, *of_staff):
        used[one.channel].append(own_address(one))
    addresses = {suppressions.address_key(one.channel, one.address) for one in elsewhere}
    found = touches.around(today(now=now), (), addresses) if addresses else {}
    return _Batch(
        rules,
        now,
        required_hospital().language,
        permission.read_people(asks, now=now, rules=rules),
        suppressions.standing_for(used) if used else {},
        _still_known(elsewhere),
        {str(address): list(some) for address, some in found.items()},
        batches.stopped({one.batch for one in messages}),
    )


def _still_known(messages: Sequence[Message]) -> set[tuple[str, int]]:
    """The addresses, by source and row, that may still be written to for what the messages are for."""
    asked: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in messages:
        asked[one.address_source, _purpose(one).basis].add(int(one.address_source_id or 0))
    known = set()
    for (source, basis), ids in asked.items():
        known |= {(source, number) for number in source_of(source).still_there(ids, basis)}
    return known


def _over(message: Message, batch: _Batch) -> Verdict | None:
    """Its last moment is over, or its sending is stopped."""
    if message.not_after is not None and message.not_after < batch.now:
        return Verdict(State.EXPIRED, Reason.TOO_LATE)
    if stop := batch.sendings.get(message.batch):
        return Verdict(State.FAILED if stop == Reason.CANCELLED else State.HELD, stop)
    return None


def _verdict(message: Message, batch: _Batch) -> Verdict:
    if said := _over(message, batch):
        return said
    if message.staff_id is not None:
        return _of_staff(message, batch)
    return _of_person(message, batch) if message.person_id is not None else _of_address(message, batch)


def _of_staff(message: Message, batch: _Batch) -> Verdict:
    """Whoever works here, at an address of the own; an e-mail only for what cannot wait for the digest."""
    staff = message.staff
    assert staff is not None
    address = own_address(message)
    if not (staff.is_active and staff.user.is_active):
        return Verdict(State.HELD, Reason.INACTIVE)
    if message.channel == Channel.EMAIL and not _purpose(message).at_once:
        return Verdict(State.HELD, Reason.IN_DIGEST)
    if message.channel != Channel.BELL and not address:
        return Verdict(State.HELD, Reason.NO_ADDRESS)
    stop = batch.stopped.get((message.channel, suppressions.address_key(message.channel, address)))
    if stop:
        return Verdict(State.HELD, Reason.SUPPRESSED, stop)
    language = staff.user.language or batch.language
    return Verdict(State.CLAIMED, address=address, language=language)


def own_address(message: Message) -> str:
    """Where a message to staff, or to an address of some source, goes; '' for the bell."""
    if message.staff is None:
        return message.address
    if message.channel == Channel.EMAIL:
        return message.staff.email or message.staff.user.email
    return "" if message.channel == Channel.BELL else message.staff.phone


def _of_person(message: Message, batch: _Batch) -> Verdict:
    assert message.person_id is not None
    person = batch.people.get(message.person_id)
    ask = Ask(message.person_id, message.channel, _purpose(message))
    answer = permission.judge(person, ask, batch.rules, batch.now)
    if not answer.allowed or person is None:
        return _waits(message, answer)
    language = person.language if person.language in _LANGUAGES else batch.language
    touch = _touch(message, batch, person.tier)
    person.touched.append(Touched(touch.day, touch.is_approach, touch.is_call))
    return Verdict(State.CLAIMED, address=answer.address, language=language, touch=touch)


def _of_address(message: Message, batch: _Batch) -> Verdict:
    """An address that is no person's: known still, not stopped, in the hours, and not too often."""
    if said := _address_refused(message, batch):
        return said
    purpose, key = _purpose(message), suppressions.address_key(message.channel, message.address)
    touched = batch.touched.setdefault(key, [])
    answer = permission.when(kind_of(purpose, message.channel), touched, batch.rules, batch.now, message.address)
    if not answer.allowed:
        return _waits(message, answer)
    touch = _touch(message, batch, "")
    touched.append(Touched(touch.day, touch.is_approach, touch.is_call))
    return Verdict(State.CLAIMED, address=message.address, language=batch.language, touch=touch)


def _address_refused(message: Message, batch: _Batch) -> Verdict | None:
    if (message.address_source, message.address_source_id) not in batch.known_addresses:
        return Verdict(State.HELD, Reason.SOURCE_GONE)
    stop = batch.stopped.get((message.channel, suppressions.address_key(message.channel, message.address)), "")
    if stop and (stop in suppressions.UNREACHABLE or not _purpose(message).is_safety):
        return Verdict(State.HELD, Reason.SUPPRESSED, stop)
    return None


def _waits(message: Message, answer: Answer) -> Verdict:
    """A no: for now, until a moment before its last one; or for good."""
    last = message.not_after
    if answer.not_before is None or (last is not None and answer.not_before > last):
        return Verdict(State.HELD, answer.reason, answer.detail)
    return Verdict(State.PLANNED, answer.reason, answer.detail, answer.not_before)


def _touch(message: Message, batch: _Batch, tier: str) -> Contact:
    kind = kind_of(_purpose(message), message.channel, tier=tier)
    elsewhere = "" if message.person_id else suppressions.address_key(message.channel, message.address)
    return Contact(
        person_id=message.person_id,
        address=elsewhere,
        day=batch.rules.day_of(batch.now),
        at=batch.now,
        channel=message.channel,
        purpose=message.purpose,
        is_approach=kind.is_approach,
        is_call=False,
        source=touches.MESSAGES,
        source_id=message.pk,
    )


def _of_known_purposes(messages: Sequence[Message]) -> list[Message]:
    """Without those whose purpose no app registers any more, of which nobody can say whether they may go."""
    return [one for one in messages if purposes.is_known(one.purpose)]


def _purpose(message: Message) -> Purpose:
    return purposes.get(message.purpose)
