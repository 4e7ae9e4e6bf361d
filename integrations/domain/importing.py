"""Bringing a list in: chunk by chunk, each in one transaction with its findings, counts and position.

A worker claims the list (`claims`) and renews with every chunk. Killed or paused in the middle it leaves a whole number
of chunks behind; the next one to claim the list reads on after the last row that is in. A dry run does all of it in one
transaction and takes it back; people, stays and what belongs to them it writes into copies (`trying`).
"""

import contextlib
import dataclasses
import datetime as dt
import itertools
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from accounts.audit import record
from accounts.calendar import today as today_of
from accounts.models import Hospital
from hospital_crm import collector
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.statistics import Growth
from integrations.domain import doubts, files, undoing
from integrations.domain.askers import asker
from integrations.domain.breaking_off import break_off, note_failure
from integrations.domain.claims import CLAIM_FOR, claimed, one_at_a_time, still_claimed
from integrations.domain.contradictions import decided_people, store_conflicts
from integrations.domain.errors import ClaimLost, MayNotBring
from integrations.domain.kinds import Brought, Given, ListKind, ReadRow, kind_of
from integrations.domain.new_places import PlacesNamed
from integrations.domain.read_ahead import ReadAhead
from integrations.domain.tables import opened
from integrations.domain.trying import only_tried, what_happens
from integrations.models import ImportBatch, ImportChunk, ImportIssue
from integrations.readers.problems import REJECTED, SKIPPED, WARNING, Problem
from integrations.readers.tabular.errors import UnreadableFile
from patients.domain.registry import Outcome
from patients.models import ContactPoint, Encounter, Identifier, Patient

CHUNK_ROWS = 5000
FIRST_CHUNK_ROWS = 500
PATIENCE = (1, 2, 5, 10, 20, 30, 60)

Clock = Callable[[], dt.datetime]
Told = Callable[[int, int], object]


@dataclass(slots=True)
class Finding:
    """One finding of a row, as it is stored."""

    row: int
    line: int
    kind: str
    code: str
    field: str = ""
    params: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(slots=True)
class Chunk:
    """Rows that go in together: `said` are those worth bringing in; repeats and refused rows are only counted. `own`:
    row → figures of the row itself, which are among the counts as long as the row is not left out.
    """

    last: int = 0
    said: list[ReadRow] = dataclasses.field(default_factory=list)
    own: dict[int, Counter[str]] = dataclasses.field(default_factory=dict)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    counts: Counter[str] = dataclasses.field(default_factory=Counter)


class TakenBack(Exception):
    """Ends a dry run: everything it wrote is rolled back."""


def run(hospital: Hospital, batch_id: int, *, clock: Clock = timezone.now, told: Told | None = None) -> bool:
    """Do what the list waits for, its dry run, its import or its undoing; answers whether there was anything to do.

    An import tells `told` after every chunk how many rows are done, of how many. A database that goes away is waited
    for; then work goes on after the last chunk that is in.
    """
    claim = uuid.uuid4()
    try:
        return _patiently(hospital, batch_id, claim, clock, told)
    except Exception:
        with contextlib.suppress(OperationalError, InterfaceError):
            note_failure(hospital, batch_id, claim, clock())
        raise


def _patiently(hospital: Hospital, batch_id: int, claim: uuid.UUID, clock: Clock, told: Told | None) -> bool:
    for pause in (*PATIENCE, None):
        try:
            return _run_once(hospital, batch_id, claim, clock, told)
        except (OperationalError, InterfaceError):
            connection.close()
            if pause is None or connection.in_atomic_block:
                raise
            time.sleep(pause)
    return False


def _run_once(hospital: Hospital, batch_id: int, claim: uuid.UUID, clock: Clock, told: Told | None) -> bool:
    with hospital_scope(hospital):
        batch = claimed(batch_id, claim, clock())
    if batch is None:
        return False
    try:
        if batch.state == ImportBatch.State.UNDOING:
            undoing.take_back(hospital, batch, claim, clock)
            return True
        with files.plain_copy(batch.stored_as, hospital) as path, collector.seldom():
            if batch.state == ImportBatch.State.CHECKING:
                _check(hospital, batch, path, claim, clock)
            else:
                _bring_in(hospital, batch, path, claim, clock, told)
    except ClaimLost:
        return False
    except (UnreadableFile, FileNotFoundError, MayNotBring) as error:
        code = "gone" if isinstance(error, FileNotFoundError) else error.code
        break_off(hospital, batch_id, code, clock())
    return True


def _bring_in(
    hospital: Hospital, batch: ImportBatch, path: Path, claim: uuid.UUID, clock: Clock, told: Told | None
) -> None:
    growth = Growth(Encounter, Patient, Identifier, ContactPoint)
    with hospital_scope(hospital):
        seen = _people_seen(batch)
    with ReadAhead(chunks(batch, path, today_of(hospital, clock()))) as read:
        for chunk in read:
            now = clock()
            with hospital_scope(hospital):
                one_at_a_time()
                brought = bring_chunk(
                    batch.pk,
                    chunk,
                    claim=claim,
                    seen=seen,
                    now=now,
                    today=today_of(hospital, now),
                    meanwhile=read.go_on,
                )
                growth.note(len(brought.created_rows))
            seen |= brought.named
            if told is not None:
                told(chunk.last, batch.rows)
    with hospital_scope(hospital):
        finished = still_claimed(batch.pk, claim)
        _finish(finished, seen, clock(), today_of(hospital, clock()))
        finished.state, finished.finished_at = ImportBatch.State.DONE, clock()
        finished.claim = finished.claimed_until = None
        finished.save()
        ImportIssue.objects.filter(batch=finished, is_dry=True).delete()
        record("integrations.batch.import", finished, actor=asker(finished), **finished.counts)


def _check(hospital: Hospital, batch: ImportBatch, path: Path, claim: uuid.UUID, clock: Clock) -> None:
    """The dry run: everything in one transaction, which is taken back; only its counts and findings stay. What is said
    of people goes into copies, so that nobody waits for it.
    """
    counts: dict[str, Any] = {}
    findings: list[Finding] = []
    shown: dict[str, str] = {}
    seen: set[int] = set()
    kind = kind_of(batch)
    today = today_of(hospital, clock())
    try:
        with hospital_scope(hospital), only_tried(batch) as make_ready, ReadAhead(chunks(batch, path, today)) as read:
            places = PlacesNamed()
            for chunk in read:
                make_ready(chunk.said)
                brought = bring_chunk(
                    batch.pk, chunk, claim=claim, seen=seen, now=clock(), today=today, meanwhile=read.go_on
                )
                seen |= brought.named
                findings += chunk.findings
                shown |= what_happens(chunk.said, brought)
                if kind.about_people:
                    places.note((row for row in chunk.said if row.number not in brought.left_out), brought.open_names)
                cache.set(progress_key(batch.pk), chunk.last, 600)
            _finish(still_claimed(batch.pk, claim), seen, clock(), today)
            counts = {**ImportBatch.objects.get(pk=batch.pk).counts, "shown": shown, "places": places.new()}
            raise TakenBack
    except TakenBack:
        pass
    with hospital_scope(hospital):
        checked = still_claimed(batch.pk, claim)
        if checked.state != ImportBatch.State.CHECKING:
            raise ClaimLost
        checked.state, checked.dry_counts = ImportBatch.State.READY, counts
        checked.claim = checked.claimed_until = None
        checked.save(update_fields=["state", "dry_counts", "claim", "claimed_until"])
        ImportIssue.objects.filter(batch=checked, is_dry=True).delete()
        _store_findings(checked, findings, is_dry=True)


def _finish(batch: ImportBatch, seen: set[int], now: dt.datetime, today: dt.date) -> None:
    """What follows for the kind of list once its last row is in, added to the counts."""
    more = kind_of(batch).finish(batch, seen, now=now, today=today)
    if more:
        batch.counts = {**batch.counts, **{name: batch.counts.get(name, 0) + n for name, n in more.items()}}
        batch.save(update_fields=["counts"])


def progress_key(batch_id: int) -> str:
    """Where the progress of a dry run stands, which no other transaction sees."""
    return f"integrations:checked:{batch_id}"


def chunks(batch: ImportBatch, path: Path, today: dt.date) -> Iterator[Chunk]:
    """The rows after the list's position, in chunks; rows before it are only read for finding exact repeats."""
    seen: set[int] = set()
    kind = kind_of(batch)
    reader, written = opened(batch, path, today)
    chunk = Chunk()
    size = min(FIRST_CHUNK_ROWS, kind.chunk_rows)
    for row in map(reader.read, written):
        is_repeat = not kind.notes_repeats and _is_repeat(row, seen)
        if row.number <= batch.position:
            continue
        if chunk.counts["rows"] >= size and not _goes_on(chunk, row, kind):
            yield chunk
            chunk, size = Chunk(), min(CHUNK_ROWS, kind.chunk_rows)
        _add(chunk, row, is_repeat, kind)
    if chunk.last:
        yield chunk


def _goes_on(chunk: Chunk, row: ReadRow, kind: ListKind) -> bool:
    """Whether the row tells of the same as the last one of a full chunk, so that it goes in with it."""
    if not chunk.said or row.record is None or chunk.counts["rows"] >= 2 * CHUNK_ROWS:
        return False
    return kind.tells_of_the_same(chunk.said[-1].record, row.record)


def _is_repeat(row: ReadRow, seen: set[int]) -> bool:
    if row.record is None:
        return False
    content = hash(row.record.content)
    if content in seen:
        return True
    seen.add(content)
    return False


def _add(chunk: Chunk, row: ReadRow, is_repeat: bool, kind: ListKind) -> None:
    chunk.last = row.number
    chunk.counts["rows"] += 1
    chunk.counts["duplicates"] += is_repeat
    if is_repeat:
        return
    chunk.findings += [
        Finding(row.number, row.line, problem.kind, problem.code, problem.field, problem.params)
        for problem in row.problems
        if row.record is not None or problem.kind == REJECTED
    ]
    if row.record is None:
        chunk.counts[REJECTED] += 1
        return
    chunk.said.append(row)
    if own := +kind.ready(row.record):
        chunk.own[row.number] = own
        chunk.counts += own


def bring_chunk(
    batch_id: int,
    chunk: Chunk,
    *,
    claim: uuid.UUID,
    seen: set[int],
    now: dt.datetime,
    today: dt.date,
    meanwhile: Callable[[], object],
) -> Brought:
    """One chunk, in the transaction of the scope: what its rows say, contradictions, findings, counts and position.

    `seen`: the people whom earlier chunks of the list made or met. `meanwhile`: what to begin when the database has to
    work.
    """
    batch = still_claimed(batch_id, claim)
    kind, given = kind_of(batch), Given(now, today, seen, decided_people(), meanwhile)
    skipped, named = kind.left_by_mode(batch, chunk.said, given)
    brought = kind.bring(batch, [row for row in chunk.said if row.number not in skipped], given)
    brought.left_out |= skipped
    brought.named |= named
    outcome = brought.outcome
    lines = {row.number: row.line for row in chunk.said}
    _add_contradictions(chunk, outcome, lines)
    _leave_out(chunk, brought, lines)
    store_conflicts(outcome.conflicts, now=now, batch=batch, lines=lines)
    doubts.review({one for conflict in outcome.conflicts for one in (conflict.left_id, conflict.right_id)}, now=now)
    _store_findings(batch, chunk.findings, is_dry=False)
    _advance(batch, chunk, brought, seen, now)
    return brought


def _leave_out(chunk: Chunk, brought: Brought, lines: dict[int, int]) -> None:
    """Rows that could be read and are left out all the same, those of erased people among them: of what they say
    nothing counts, and a remark is told only of what goes in.
    """
    brought.left_out |= {row: Problem(REJECTED, "person_erased") for row in brought.outcome.erased}
    chunk.findings = [one for one in chunk.findings if one.row not in brought.left_out]
    for row, problem in sorted(brought.left_out.items()):
        chunk.counts -= chunk.own.pop(row, Counter())
        chunk.findings.append(Finding(row, lines[row], problem.kind, problem.code, problem.field, problem.params))
        chunk.counts[problem.kind] += 1


def _people_seen(batch: ImportBatch) -> set[int]:
    """The people whom the chunks that are in made or met."""
    parts = ImportChunk.objects.filter(batch=batch).values_list("people_made", "people_met")
    return {person for part in parts for people in part for person in people}


def _add_contradictions(chunk: Chunk, outcome: Outcome, lines: dict[int, int]) -> None:
    told = {(finding.row, finding.code) for finding in chunk.findings}
    for row, code in outcome.findings:
        if (row, code) not in told:
            told.add((row, code))
            chunk.findings.append(Finding(row, lines[row], WARNING, code))


def _store_findings(batch: ImportBatch, findings: Iterable[Finding], *, is_dry: bool) -> None:
    issues = (
        ImportIssue(
            batch=batch,
            is_dry=is_dry,
            row=finding.row,
            line=finding.line,
            kind=finding.kind,
            code=finding.code,
            field=finding.field,
            params=finding.params,
        )
        for finding in findings
    )
    while part := list(itertools.islice(issues, CHUNK_ROWS)):
        ImportIssue.objects.bulk_create(part)


def _advance(batch: ImportBatch, chunk: Chunk, brought: Brought, seen: set[int], now: dt.datetime) -> None:
    """Count each person once over the whole list: made by it, or known before it."""
    outcome = brought.outcome
    met = brought.named - outcome.made - seen
    ImportChunk.objects.create(
        batch=batch,
        last_row=chunk.last,
        people_made=sorted(outcome.made),
        people_met=sorted(met),
        stays_made=sorted(outcome.stays_made),
        details=brought.details,
    )
    counts = Counter(batch.counts) + chunk.counts + brought.counts
    counts["patients_created"] += len(outcome.made)
    counts["patients_matched"] += len(met)
    counts[WARNING] += len({finding.row for finding in chunk.findings if finding.kind == WARNING})
    batch.counts = {name: counts[name] for name in ("rows", *kind_of(batch).counted, REJECTED, WARNING, SKIPPED)}
    batch.position = chunk.last
    batch.claimed_until = now + CLAIM_FOR
    batch.save(update_fields=["counts", "position", "claimed_until"])
