"""The way of a list from upload to the queue: recognised, its columns checked, dry run, sent to be brought in.

Every step is refused when the list is in another state than the step needs, so that two people pressing at once do it
once.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import Hospital
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import required_hospital
from integrations.domain import files
from integrations.domain.askers import note_asker
from integrations.domain.claims import TASK
from integrations.domain.errors import ImportRefused
from integrations.domain.kinds import kind_named
from integrations.domain.tables import describe
from integrations.models import ImportBatch
from integrations.readers.labels import field_label
from integrations.readers.tabular.columns import ColumnMap, match_columns
from integrations.readers.tabular.errors import MissingColumns
from integrations.readers.tabular.sniff import refuse_too_large
from integrations.readers.tabular.table import Table, open_table

MANY_ROWS = 2000


def take_in(
    parts: Iterable[bytes],
    *,
    size: int,
    file_name: str,
    kind: str,
    actor: Actor | None,
    now: dt.datetime,
    asked: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Take an uploaded list of `size` bytes in: recognised, counted, stored encrypted. `asked`: what its kind asks for
    beside the file, as columns of the list (the unit of a roster).

    Refuses (UnreadableFile) what cannot be read.
    """
    refuse_too_large(size, settings.IMPORT_MAX_BYTES)
    with files.plain_upload(parts, settings.IMPORT_MAX_BYTES) as (path, digest):
        return take_in_file(path, digest=digest, file_name=file_name, kind=kind, actor=actor, now=now, asked=asked)


def take_in_file(
    path: Path,
    *,
    digest: str,
    file_name: str,
    kind: str,
    actor: Actor | None,
    now: dt.datetime,
    asked: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """As `take_in`, for a file that lies on this machine."""
    fields = kind_named(kind).fields
    table = open_table(path, fields, settings.IMPORT_MAX_BYTES)
    columns = match_columns(table.info.columns, fields)
    rows = table.count()
    stored_as = files.store(path, required_hospital())
    try:
        named = {"kind": kind, "file_name": Path(file_name).name[-150:], "sha256": digest, "rows": rows}
        return _created(table, columns, {**(asked or {}), **named, "stored_as": stored_as}, actor, now)
    except BaseException:
        files.remove(stored_as, required_hospital())
        raise


@transaction.atomic
def _created(
    table: Table, columns: ColumnMap, said: Mapping[str, Any], actor: Actor | None, now: dt.datetime
) -> ImportBatch:
    batch = ImportBatch.objects.create(
        **said,
        mapping={name: list(places) for name, places in columns.places.items()},
        doubtful={str(column): list(names) for column, names in columns.doubtful.items()},
        made_by=actor.staff if actor else None,
        created_at=now,
        **describe(table.info),
    )
    record("integrations.batch.take_in", batch, actor=actor, kind=batch.kind, rows=batch.rows)
    return batch


@transaction.atomic
def choose_columns(
    batch: ImportBatch, mapping: Mapping[str, Sequence[int]], *, actor: Actor | None, now: dt.datetime
) -> ImportBatch:
    """Settle what the columns mean and queue the dry run.

    Refused while a column without which nothing can be imported has no meaning, or after the import has begun.
    """
    batch = _locked(batch, *ImportBatch.BEFORE_IMPORT)
    check_columns(batch, mapping)
    batch.mapping = {name: list(columns) for name, columns in mapping.items() if columns}
    batch.doubtful, batch.dry_counts, batch.error, batch.failures = {}, {}, {}, 0
    batch.state = ImportBatch.State.CHECKING
    batch.claimed_until = batch.claim = None
    batch.save()
    queue_on_commit(TASK, batch.pk, queue=_queue(batch))
    return batch


def check_columns(batch: ImportBatch, mapping: Mapping[str, Sequence[int]]) -> None:
    """Refuses (MissingColumns) a mapping without a required column."""
    missing = [name for name in kind_named(batch.kind).fields.required if not mapping.get(name)]
    if missing:
        named = _("、").join(str(field_label(name)) for name in missing)
        raise MissingColumns(missing=named, columns="、".join(filter(None, batch.columns))[:200])


@transaction.atomic
def start(batch: ImportBatch, *, actor: Actor | None, now: dt.datetime) -> ImportBatch:
    """Send a checked list to be brought in, or let one that was broken off or paused go on. A dry run that was broken
    off is made again: nothing comes in before it.

    Pressing twice sends it once; refused in any other state, of a list that is half undone, and to others where a kind
    is personal.
    """
    batch = _locked(batch, ImportBatch.State.READY, ImportBatch.State.FAILED, ImportBatch.State.PAUSED)
    if kind_named(batch.kind).is_personal and actor is not None and batch.made_by_id != actor.staff.pk:
        raise ImportRefused(_("Only who uploaded this sheet brings it in: its roles are asked for in that name."))
    if batch.is_half_undone:
        raise ImportRefused(_("This list is half undone. Undo the rest of it first."))
    is_checked = batch.state != ImportBatch.State.FAILED or batch.started_at is not None
    batch.state = ImportBatch.State.QUEUED if is_checked else ImportBatch.State.CHECKING
    batch.started_at = (batch.started_at or now) if is_checked else None
    batch.finished_at = batch.claimed_until = batch.claim = None
    batch.error, batch.failures = {}, 0
    note_asker(batch, actor)
    batch.save()
    record("integrations.batch.start", batch, actor=actor)
    queue_on_commit(TASK, batch.pk, queue=_queue(batch))
    return batch


@transaction.atomic
def pause(batch: ImportBatch, *, actor: Actor | None) -> ImportBatch:
    """Stop bringing a list in after the rows on their way; `start` goes on. Refused unless it is being brought in."""
    batch = _locked(batch, *ImportBatch.PAUSABLE)
    batch.state = ImportBatch.State.PAUSED
    batch.claimed_until = batch.claim = None
    batch.save(update_fields=["state", "claimed_until", "claim"])
    record("integrations.batch.pause", batch, actor=actor)
    return batch


@transaction.atomic
def discard(batch: ImportBatch, *, actor: Actor | None) -> ImportBatch:
    """Throw a list away before anything of it was brought in; its file goes."""
    batch = _locked(batch, *ImportBatch.BEFORE_IMPORT)
    batch.state = ImportBatch.State.DISCARDED
    batch.save(update_fields=["state"])
    stored_as, hospital = batch.stored_as, required_hospital()
    transaction.on_commit(lambda: files.remove(stored_as, hospital))
    record("integrations.batch.discard", batch, actor=actor)
    return batch


@transaction.atomic
def forget_files(hospital: Hospital, now: dt.datetime) -> int:
    """Files that have been kept long enough go; a list not brought in by then is discarded. Answers how many."""
    gone = list(ImportBatch.objects.outlived(now).select_for_update(skip_locked=True))
    for batch in gone:
        stored_as, batch.stored_as = batch.stored_as, ""
        if batch.state in ImportBatch.BEFORE_IMPORT:
            batch.state = ImportBatch.State.DISCARDED
        batch.save(update_fields=["stored_as", "state"])
        batch.chunks.update(people_met=[])
        transaction.on_commit(partial(files.remove, stored_as, hospital))
    if gone:
        record("integrations.batch.forget", lists=len(gone))
    return len(gone)


def _locked(batch: ImportBatch, *states: str) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state not in states:
        raise ImportRefused(
            _("This list is already in another step: %(state)s.") % {"state": batch.get_state_display()}
        )
    return batch


def _queue(batch: ImportBatch) -> str:
    """Long lists wait with the other bulk work, so that short ones are answered while somebody looks."""
    return "bulk" if batch.rows > MANY_ROWS else "default"
