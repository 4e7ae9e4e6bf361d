"""A list brought in while somebody waits at the command line: recognised, imported, its file removed."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, files, importing
from integrations.domain.errors import ImportRefused
from integrations.domain.modes import BOTH
from integrations.domain.reporting import result_of
from integrations.models import ImportBatch


@dataclass(frozen=True, slots=True)
class Asked:
    """Which kind of list it is, what it may do, and how its result is told once it is in (or was only tried)."""

    kind: str = ImportBatch.Kind.DISCHARGES
    mode: str = BOTH
    tell: Callable[..., dict[str, Any]] = result_of


DISCHARGES = Asked()


def bring_in_file(
    hospital: Hospital,
    path: Path,
    *,
    now: dt.datetime,
    asked: Asked = DISCHARGES,
    told: importing.Told | None = None,
) -> dict[str, Any]:
    """Import a list; answers its result. Refuses (UnreadableFile, ImportRefused) what cannot be brought in.

    `told` hears after every chunk how many rows are done, and how many there are.
    """
    batch = _taken_in(hospital, path, asked, ImportBatch.State.QUEUED, now)
    importing.run(hospital, batch.pk, told=told)
    with hospital_scope(hospital):
        batch.refresh_from_db()
        if batch.state != ImportBatch.State.DONE:
            state = {"state": batch.get_state_display()}
            raise ImportRefused(_("The import is not finished: %(state)s. It goes on by itself.") % state)
        files.remove(batch.stored_as, hospital)
        return asked.tell(batch)


def try_file(hospital: Hospital, path: Path, *, now: dt.datetime, asked: Asked = DISCHARGES) -> dict[str, Any]:
    """What importing a list would lead to; nothing stays."""
    batch = _taken_in(hospital, path, asked, ImportBatch.State.CHECKING, now)
    importing.run(hospital, batch.pk)
    with hospital_scope(hospital):
        batch.refresh_from_db()
        result = asked.tell(batch, is_dry=True)
        files.remove(batch.stored_as, hospital)
        batch.delete()
        return result


def _taken_in(hospital: Hospital, path: Path, asked: Asked, state: str, now: dt.datetime) -> ImportBatch:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with hospital_scope(hospital):
        batch = batches.take_in_file(
            path,
            digest=digest,
            file_name=path.name,
            kind=asked.kind,
            actor=None,
            now=now,
            asked={"options": {"mode": asked.mode}},
        )
        batches.check_columns(batch, batch.mapping)
        batch.state, batch.started_at = state, now
        batch.save(update_fields=["state", "started_at"])
        return batch
