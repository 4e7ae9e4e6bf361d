"""What came is applied: by one worker of a hospital at a time, in the order in which it came, each message once.

A message is applied and marked in one transaction, so that a worker that dies in between leaves nothing half done and
the next one finds it due. What cannot be applied is set aside with its reason, and the rest goes on; a contradiction
about who somebody is waits for a decision and is applied again after it.
"""

import datetime as dt
import itertools
import json
import logging
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts.calendar import today as today_of
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope, required_hospital
from integrations.domain import doubts, forgetting, later, later_lists
from integrations.domain.claims import is_nobody_at_the_inbox, is_soon_our_turn
from integrations.domain.contradictions import DecidedPeople, lead_elsewhere, store_conflicts
from integrations.domain.lending import LentNames
from integrations.domain.places import Places
from integrations.models import Feed, InboundRecord, MatchConflict
from integrations.readers.reading import Reading
from patients.domain.records import LinesRecord, StayMoveRecord, Told, VisitRecord
from patients.domain.staging import update_staged
from patients.domain.telling import NOTHING_DONE, Answer, Placed, tell
from patients.models import Patient

log = logging.getLogger("crm.inbox")
CHUNK = 200
BYTES = 32 << 20
State = InboundRecord.State


_MARKED = {
    "state": "text",
    "reason": "text",
    "reason_detail": "jsonb",
    "findings": "jsonb",
    "attempts": "smallint",
    "patient_id": "bigint",
    "people": "bigint[]",
    "named": "bigint[]",
    "conflict_id": "bigint",
    "applied_at": "timestamptz",
}

Reader = Callable[[bytes, Feed], Reading]
readers: dict[str, Reader] = {}


def register_reader(kind: str, reader: Reader) -> None:
    """The reader of a kind of feed. It reads bytes into plain values and touches no database."""
    readers[kind] = reader


def apply_due(hospital: Hospital, now: dt.datetime | None = None, *, limit: int | None = None) -> Counter[str]:
    """Apply what is due at a hospital, chunk by chunk, each in its own unit of work; answers how many by state.

    A second worker finds somebody at it and leaves; a list that is being brought in is waited for, not a whole dry
    run. `limit`: stop after about so many. Without `now` each chunk looks at the clock for itself, so that what it
    says of when it was told is never older than a chunk takes.
    """
    done: Counter[str] = Counter()
    while limit is None or done.total() < limit:
        with hospital_scope(hospital):
            if not (is_nobody_at_the_inbox() and is_soon_our_turn()):
                break
            chunk, is_last = _next_chunk()
            if chunk:
                done += apply_chunk(chunk, now=now or timezone.now())
        if is_last:
            break
    return done


def _next_chunk() -> tuple[list[InboundRecord], bool]:
    """The messages due next, as many as fit in memory together, and whether these are all."""
    due = list(InboundRecord.objects.due().values_list("pk", "size")[:CHUNK])
    sizes = itertools.accumulate(size for _, size in due)
    keys = [key for place, ((key, _), total) in enumerate(zip(due, sizes, strict=True)) if not place or total <= BYTES]
    chunk = list(InboundRecord.objects.due().filter(pk__in=keys).select_related("feed"))
    return chunk, len(due) < CHUNK and len(keys) == len(due)


def apply_chunk(records: Sequence[InboundRecord], *, now: dt.datetime) -> Counter[str]:
    """Apply these messages, and after those that come late what was said later about the same people, by messages
    (`later`) and by lists (`later_lists`).
    """
    newest = later.newest_settled()
    readings = _apply_and_mark(records, newest, now)
    late = [record for record in records if record.pk < newest]
    again = later.said_later(late, readings, _read)
    for batch, people in later_lists.between(later.done_of(records)):
        before, again = later.parted_by(batch.started_at or now, again)
        _apply_again(before, now)
        later_lists.bring_again(batch, people, now=now)
    _apply_again(again, now)
    return Counter(record.state for record in records)


def _apply_again(ids: Sequence[int], now: dt.datetime) -> None:
    for start in range(0, len(ids), CHUNK):
        rows = InboundRecord.objects.select_for_update(of=("self",)).select_related("feed").order_by("id")
        _apply_and_mark(list(rows.filter(pk__in=ids[start : start + CHUNK])), 0, now)


def _apply_and_mark(records: Sequence[InboundRecord], newest: int, now: dt.datetime) -> dict[int, Reading]:
    """Apply these messages in their order; what each was read as. Late are those before `newest`."""
    readings = {record.pk: _read(record) for record in records}
    for record in records:
        record.attempts += 1
    _apply_in_parts(records, readings, newest, now)
    named, overtaken = forgetting.names_in(one for one in records if one.corrected or one.state != State.APPLIED)
    for record in records:
        record.named = named.get(record.pk)
    _mark(records)
    if overtaken:
        forgetting.empty(InboundRecord.objects.filter(pk__in=overtaken))
    return readings


class _TakenBack(Exception):
    """Some messages of a part are not applied (`alone`), and may leave nothing behind."""

    def __init__(self, alone: Sequence[InboundRecord]) -> None:
        super().__init__()
        self.alone = alone


def _apply_in_parts(
    records: Sequence[InboundRecord], readings: dict[int, Reading], newest: int, now: dt.datetime
) -> None:
    """Apply these messages together. A message that is not applied goes alone and is taken back wholly; where one
    fails, each goes alone, so that only the culprit is set aside.
    """
    try:
        with transaction.atomic():
            _apply(records, readings, now)
            _refuse_overtaken([record for record in records if record.pk < newest])
            if alone := [record for record in records if _is_not_applied(record, readings[record.pk])]:
                raise _TakenBack(alone)
        return
    except _TakenBack as taken:
        parts = _around(records, taken.alone)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # whatever one message provokes must not stop the others
        if len(records) == 1:
            _failed(records[0], error)
        else:
            log.info("chunk_one_by_one", extra={"first": records[0].pk, "error": type(error).__name__})
        parts = [[record] for record in records]
    if len(records) == 1:
        _forget_made(records[0])
        return
    for part in parts:
        _apply_in_parts(part, readings, newest, now)


def _refuse_overtaken(late: Sequence[InboundRecord]) -> None:
    for record in late:
        if later.is_followed_by_emptied(record):
            record.state, record.reason = State.SET_ASIDE, "later_emptied"
            record.conflict = record.applied_at = None


def _is_not_applied(record: InboundRecord, reading: Reading) -> bool:
    """Whether there was something to tell, and it is not applied."""
    return reading.state == State.RECEIVED and record.state in (State.SET_ASIDE, State.IGNORED)


def _around(records: Sequence[InboundRecord], alone: Sequence[InboundRecord]) -> list[list[InboundRecord]]:
    """Messages in their order, those that go alone each in a part of its own."""
    parts: list[list[InboundRecord]] = []
    for goes_alone, group in itertools.groupby(records, lambda record: record in alone):
        together = list(group)
        parts += [[record] for record in together] if goes_alone else [together]
    return parts


def _forget_made(record: InboundRecord) -> None:
    """Of a message that was taken back: whoever was made for it is not there."""
    named = record.people or ([record.patient_id] if record.patient_id else [])
    there = set(Patient.objects.filter(pk__in=named).values_list("pk", flat=True))
    _note_people(record, [one for one in named if one in there])


def _note_people(record: InboundRecord, people: Sequence[int]) -> None:
    record.patient_id, record.people = next(iter(people), None), list(people) if len(people) > 1 else None


def _read(record: InboundRecord) -> Reading:
    try:
        return readers[record.feed.kind](record.message, record.feed)
    except Exception as error:  # a reader that fails says nothing of the other messages
        log.warning("reader_failed", extra={"record": record.pk, "error": type(error).__name__})
        return Reading(state=State.SET_ASIDE, reason="unreadable")


def _apply(records: Sequence[InboundRecord], readings: dict[int, Reading], now: dt.datetime) -> None:
    hospital = required_hospital()
    today, zone = today_of(hospital, now), zoneinfo.ZoneInfo(hospital.timezone)
    places: dict[int, Places] = {}
    told: list[Placed] = []
    rows: dict[int, int] = {}
    lent = LentNames((record.feed, readings[record.pk]) for record in records)
    for record in records:
        reading = readings[record.pk]
        lent.go_through(record.feed, reading)
        for one in reading.told:
            one.row = len(rows)
            if isinstance(one, LinesRecord):
                one.visit.row = one.row
            if isinstance(one, VisitRecord | StayMoveRecord):
                one.told_by = record.feed.title
            rows[one.row] = record.pk
            told.append(_placed(one, record.feed, places, today))
    answers = tell(told, now=now, today=today, zone=zone, known_conflicts=DecidedPeople())
    for each in places.values():
        for row, code in each.findings:
            answers[row].findings.append(code)
    lent.remember(answers)
    lent.fill(lambda feed: _places(feed, places, today), now=now)
    for each in places.values():
        each.remember()
    by_record: dict[int, list[Answer]] = {record.pk: [] for record in records}
    for row, answer in sorted(answers.items()):
        by_record[rows[row]].append(answer)
    conflicts = _conflicts(answers.values(), now)
    for record in records:
        _settle(record, readings[record.pk], by_record[record.pk], conflicts, now)


def _placed(one: Told, feed: Feed, places: dict[int, Places], today: dt.date) -> Placed:
    if not isinstance(one, VisitRecord):
        return Placed(one)
    return _places(feed, places, today).place(one)


def _places(feed: Feed, places: dict[int, Places], today: dt.date) -> Places:
    if feed.pk not in places:
        places[feed.pk] = Places(today, feed)
    return places[feed.pk]


def _conflicts(answers: Iterable[Answer], now: dt.datetime) -> dict[str, MatchConflict]:
    """The contradictions met, by fingerprint; those met for the first time are stored, and whoever may be somebody
    dead is held.
    """
    answers = list(answers)
    found = [answer.conflict for answer in answers if answer.conflict]
    stored = store_conflicts(found, now=now)
    again = {answer.fingerprint for answer in answers if answer.fingerprint} - stored.keys()
    if again:
        stored |= {one.fingerprint: one for one in MatchConflict.objects.filter(fingerprint__in=again)}
    doubts.review({one for conflict in found for one in (conflict.left_id, conflict.right_id)}, now=now)
    for answer in answers:
        for gone in answer.gone:
            assert answer.patient_id is not None
            lead_elsewhere(gone, answer.patient_id, actor=None, now=now)
    return stored


def _settle(
    record: InboundRecord,
    reading: Reading,
    answers: Sequence[Answer],
    conflicts: dict[str, MatchConflict],
    now: dt.datetime,
) -> None:
    """What became of a message, on its row."""
    record.state, record.reason, record.reason_detail = reading.state, reading.reason, reading.detail
    record.findings = [*reading.findings, *(code for answer in answers for code in answer.findings)]
    named = [*(answer.patient_id for answer in answers), *(one for answer in answers for one in answer.others)]
    _note_people(record, list(dict.fromkeys(one for one in named if one)))
    if reading.state != State.RECEIVED:
        return
    refused = next((answer.refused for answer in answers if answer.refused), "")
    if reading.kinds:
        record.reason_detail = _tally(reading, answers, refused)
    record.conflict = _conflict_of(answers, conflicts)
    if record.conflict is not None and record.conflict.state == MatchConflict.State.OPEN:
        record.state, record.reason = State.WAITING, record.conflict.code
    elif refused:
        record.state, record.reason = State.SET_ASIDE, refused
    elif nothing := _nothing(reading, answers):
        record.state, record.reason = State.IGNORED, nothing
    else:
        record.state, record.reason = State.APPLIED, ""
    record.applied_at = (record.applied_at or now) if record.state == State.APPLIED else None


def _tally(reading: Reading, answers: Sequence[Answer], refused: str) -> dict[str, Any]:
    """What became of the things that a message of several holds, by their kind: applied, ignored, set aside. Where one
    of them is refused, none is applied.
    """
    applied: Counter[str] = Counter()
    left: dict[str, dict[str, Counter[str]]] = {"ignored": {}, "set_aside": {}}
    for kind, reasons in reading.detail.get("ignored", {}).items():
        left["ignored"][kind] = Counter(reasons)
    for kinds, answer in zip(reading.kinds, answers, strict=True):
        unknown = answer.nothing or next((code for code in NOTHING_DONE if code in answer.findings), "")
        for kind, count in kinds.items():
            if reason := answer.refused or unknown or refused:
                left["ignored" if reason == unknown else "set_aside"].setdefault(kind, Counter())[reason] += count
            else:
                applied[kind] += count
    found: dict[str, Any] = {"applied": dict(applied), **left}
    return {name: counts for name, counts in found.items() if counts}


def _nothing(reading: Reading, answers: Sequence[Answer]) -> str:
    """Why there was nothing to do at all; '' where something was done."""
    if answers and all(answer.nothing for answer in answers):
        return answers[0].nothing
    if answers and all("not_of_checkup" in answer.findings for answer in answers):
        return "not_of_checkup"
    is_unknown = answers and all("visit_not_known" in answer.findings for answer in answers)
    return "visit_not_known" if is_unknown and _is_only_visit(reading) else ""


def _is_only_visit(reading: Reading) -> bool:
    """Whether the message was about the visit alone: something is taken back that is not known."""
    return all(isinstance(one, VisitRecord) and one.act.startswith("cancel") for one in reading.told)


def _conflict_of(answers: Sequence[Answer], conflicts: dict[str, MatchConflict]) -> MatchConflict | None:
    """The contradiction a message met, for the first time or again."""
    return next((conflicts.get(answer.fingerprint) for answer in answers if answer.fingerprint), None)


def _failed(record: InboundRecord, error: Exception) -> None:
    log.warning("apply_failed", extra={"record": record.pk, "error": type(error).__name__})
    record.state, record.reason, record.applied_at = State.SET_ASIDE, "cannot_apply", None
    record.reason_detail, record.conflict = {"error": type(error).__name__}, None
    record.patient_id = record.people = None


def _mark(records: Sequence[InboundRecord]) -> None:
    rows = (
        [record.pk, *(_written(getattr(record, name), kind) for name, kind in _MARKED.items())] for record in records
    )
    update_staged(InboundRecord, _MARKED, rows)


def _written(value: Any, kind: str) -> Any:
    if kind == "jsonb":
        return json.dumps(value)
    if kind == "bigint[]" and value is not None:
        return f"{{{','.join(map(str, value))}}}"
    return str(value) if kind == "text" else value
