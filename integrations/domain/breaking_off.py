"""Work on a list that breaks off: counted while it is tried again, then told to whoever brought the list."""

import datetime as dt
import uuid

from accounts.audit import record
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import ImportBatch

# So often work fails for a reason nobody knows before it is tried no more.
MOST_FAILURES = 3


def note_failure(hospital: Hospital, batch_id: int, claim: uuid.UUID, now: dt.datetime) -> None:
    """Nobody knows why the work failed: it is tried again when the claim has run out, and after the last time no more.
    A list that another worker has meanwhile is left to it. One that was being undone is told apart: it is only undone
    further, never brought in again.
    """
    with hospital_scope(hospital):
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.claim != claim:
            return
        batch.failures += 1
        batch.save(update_fields=["failures"])
        if batch.failures >= MOST_FAILURES:
            is_undoing = batch.state == ImportBatch.State.UNDOING
            break_off(hospital, batch_id, ImportBatch.HALF_UNDONE if is_undoing else "unexpected", now)


def break_off(hospital: Hospital, batch_id: int, code: str, now: dt.datetime) -> None:
    """The file turned out unreadable, or nobody knows why it fails: what is in stays in, the reason is kept."""
    with hospital_scope(hospital):
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        batch.state, batch.error, batch.finished_at = ImportBatch.State.FAILED, {"code": code}, now
        batch.claim = batch.claimed_until = None
        batch.save()
        record("integrations.batch.break_off", batch, code=code)
