"""Making the file of an export, in the background: rows come by a cursor of the database, in parts, so that memory does
not grow with them. A worker that dies leaves nothing behind; the next one begins anew.
"""

import datetime as dt
import fcntl
import hashlib
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import lists
from accounts.actors import Actor
from accounts.audit import record
from accounts.domain.export_writers import Sheet, open_writer
from accounts.domain.exports import FOLDER, KEPT, TASK, asker
from accounts.models import Export, Hospital
from accounts.signals import export_settled
from hospital_crm.crypto import pieces
from hospital_crm.private_files import vault
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import hospital_scope, required_hospital

PART_ROWS = 1000
_JUST_MADE_SECONDS = 60


def make(hospital: Hospital, export_id: int, *, now: dt.datetime) -> bool:
    """Makes the file of an export that waits for it; answers whether there was anything to do.

    The row is held while the file is made, so that two workers do not both make it; a worker that dies lets it go.
    """
    with hospital_scope(hospital), timezone.override(hospital.tz):
        waiting = Export.objects.filter(pk=export_id, state=Export.State.QUEUED)
        export = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("asked_by__user")
        found = export.first()
        if found is None:
            return False
        with translation.override(found.language) if found.language else nullcontext():
            _make(found, now)
        return True


def _make(export: Export, now: dt.datetime) -> None:
    entry, actor = lists.lists.get(export.page), asker(export)
    if entry is None or actor is None or not (actor.can("exports.make") and actor.can(entry.capability)):
        return _settle(export, Export.State.FAILED, now, error="rights")
    with _workplace() as place:
        path = place / "list"
        _write(export, entry, actor, path, now)
        export.size, export.sha256 = path.stat().st_size, _hash(path)
        with path.open("rb") as file:
            export.stored_as = vault.keep(pieces(file), hospital_id=required_hospital().pk, folder=FOLDER)
    export.made_at, export.expires_at = now, now + KEPT
    return _settle(export, Export.State.READY, now)


@contextmanager
def _workplace() -> Iterator[Path]:
    """A folder that only this process can read, held by a lock that dies with the process; gone afterwards."""
    folder = _in_work()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        handle = os.open(place, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            yield Path(place)
        finally:
            os.close(handle)


def _in_work() -> Path:
    return settings.PRIVATE_FILES_DIR / settings.CLEAR_FILES / FOLDER


def sweep_unfinished() -> int:
    """Removes what a worker that was killed left in the clear; answers how many. One made just now may not be locked
    yet.
    """
    swept = 0
    for place in list(_in_work().glob("*")):
        if time.time() - place.stat().st_mtime > _JUST_MADE_SECONDS and _is_free(place):
            shutil.rmtree(place, ignore_errors=True)
            swept += 1
    return swept


def _is_free(place: Path) -> bool:
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def _write(export: Export, entry: lists.RegisteredList, actor: Actor, path: Path, now: dt.datetime) -> None:
    columns = entry.chosen(actor, export.columns)
    keys = [column.key for column in columns]
    sheet = Sheet(
        watermark(export, now), [str(column.label) for column in columns], [c.width for c in columns], str(entry.label)
    )
    is_whole = export.is_whole and export.decided_by_id is not None and actor.can(entry.unmask)
    ids = entry.ids(actor, export.query)[: export.row_limit + 1].iterator(chunk_size=PART_ROWS)
    export.people = []
    with open_writer(export.format, path, sheet) as writer:
        for part in _parts(ids):
            taken = part[: export.row_limit - export.rows]
            writer.rows(entry.cells(actor, taken, keys, is_whole))
            export.people += entry.people(taken)
            export.rows += len(taken)
            cache.set(progress_key(export), export.rows, 600)
            if len(taken) < len(part):
                writer.foot(_("The list goes on; this export was limited to %(rows)s rows.") % {"rows": export.rows})
        if entry.foot is not None:
            writer.foot(entry.foot())


def _parts(ids: Iterator[int]) -> Iterator[list[int]]:
    while part := list(itertools.islice(ids, PART_ROWS)):
        yield part


def watermark(export: Export, now: dt.datetime) -> str:
    """Who took it out, when, why, under which number."""
    said = {
        "number": export.number,
        "hospital": required_hospital().name,
        "who": f"{export.asked_by.name} {export.asked_by.staff_number}".strip(),
        "at": timezone.localtime(now).strftime("%Y-%m-%d %H:%M"),
        "reason": export.reason,
    }
    return (
        _("%(hospital)s, export %(number)s, taken by %(who)s at %(at)s for: %(reason)s. Personal data: do not pass on.")
        % said
    )


def progress_key(export: Export) -> str:
    """Where the number of written rows stands, which no other transaction sees."""
    return f"accounts:export:{export.pk}"


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settle(export: Export, state: Export.State, now: dt.datetime, *, error: str = "") -> None:
    export.state, export.error = state, error
    export.save()
    record("accounts.export.make", export, rows=export.rows, state=str(state))
    export_settled.send(sender=Export, export=export, now=now)


def queue_waiting() -> int:
    """Queues every export of the hospital in scope that should be made; answers how many."""
    waiting = list(Export.objects.filter(state=Export.State.QUEUED).values_list("pk", flat=True))
    for export_id in waiting:
        queue_on_commit(TASK, export_id, queue="bulk")
    return len(waiting)
