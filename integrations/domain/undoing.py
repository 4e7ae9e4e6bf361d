"""Undoing an import: within a day what the list made is taken back, chunk by chunk from the end, in the background.

Stays it made are cancelled, their orders become void, and people it made go for good. What stays: people somebody has
worked with, who were changed by hand or have stays of other lists; stays that another list has corrected since; what
the list corrected or filled in on records that were there before; deaths it reported of people known before. What is
taken back beside people is for the kind of list to say (`kinds`). See
docs/decisions/0009-undoing-imports.md.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import Hospital
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import doubts
from integrations.domain.askers import asker, note_asker
from integrations.domain.claims import CLAIM_FOR, TASK, is_nobody_at_it, one_at_a_time, still_claimed
from integrations.domain.errors import ImportRefused
from integrations.domain.kinds import Outlook, kind_of
from integrations.models import ImportBatch, ImportChunk, MatchConflict
from patients.domain import withdrawal
from patients.models import Encounter

UNDO_FOR = dt.timedelta(hours=24)


def may_undo(batch: ImportBatch, now: dt.datetime) -> bool:
    """Whether a list can be undone: something of it is in, and it was last worked on less than a day ago, or its
    undoing broke off.
    """
    if batch.state not in ImportBatch.UNDOABLE or batch.position == 0:
        return False
    return batch.is_half_undone or now - (_last_work(batch) or now) < UNDO_FOR


def _last_work(batch: ImportBatch) -> dt.datetime | None:
    """When it was finished; of a paused list, when its last stays came in, or it began where they are none."""
    if batch.state != ImportBatch.State.PAUSED:
        return batch.finished_at
    chunk = ImportChunk.objects.filter(batch=batch).order_by("last_row").last()
    made = Encounter.objects.filter(pk__in=chunk.stays_made if chunk else [], import_batch_id=batch.pk)
    return made.aggregate(at=Max("source_at"))["at"] or batch.started_at


def outlook(batch: ImportBatch) -> Outlook:
    """What undoing the list would do at this moment; changes nothing."""
    return kind_of(batch).outlook(batch)


@transaction.atomic
def undo(batch: ImportBatch, *, actor: Actor | None, now: dt.datetime) -> ImportBatch:
    """Ask for a list to be taken back. Pressing twice asks once.

    Refused a day after the end of the import, of a table of codes while a later one is in, while any list of the
    hospital is worked on, and in any other state; never waits for another list.
    """
    _refuse(ImportBatch.objects.get(pk=batch.pk), now)
    if not is_nobody_at_it():
        raise ImportRefused(_("Another list is being worked on. Undo this one when it is finished."))
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    _refuse(batch, now)
    undone = batch.undone if batch.is_half_undone else {}
    batch.state, batch.undone, batch.failures, batch.error = ImportBatch.State.UNDOING, undone, 0, {}
    batch.claim = batch.claimed_until = None
    noted = note_asker(batch, actor)
    batch.save(update_fields=["state", "undone", "failures", "error", "claim", "claimed_until", *noted])
    record("integrations.batch.undo", batch, actor=actor)
    queue_on_commit(TASK, batch.pk, queue="bulk")
    return batch


def _refuse(batch: ImportBatch, now: dt.datetime) -> None:
    if not may_undo(batch, now):
        raise ImportRefused(_("This import can no longer be undone."))
    if kind_of(batch).last_goes_first and _later(batch).exists():
        raise ImportRefused(_("A later table of the same kind is in. Undo that one first."))
    if ImportBatch.objects.filter(state__in=ImportBatch.WORKED_ON).exists():
        raise ImportRefused(_("Another list is being worked on. Undo this one when it is finished."))


def _later(batch: ImportBatch) -> QuerySet[ImportBatch]:
    """Lists of the same kind that came in after this one and are in."""
    after = Q(started_at__gt=batch.started_at) | Q(started_at=batch.started_at, pk__gt=batch.pk)
    return ImportBatch.objects.filter(after, kind=batch.kind, state__in=ImportBatch.UNDOABLE, position__gt=0)


def take_back(
    hospital: Hospital, batch: ImportBatch, claim: uuid.UUID, clock: Callable[[], dt.datetime] = timezone.now
) -> None:
    """Take the list's chunks back, each in a transaction of its own; killed in the middle, the next one goes on."""
    is_more = True
    while is_more:
        with hospital_scope(hospital):
            one_at_a_time()
            is_more = _take_back_last(still_claimed(batch.pk, claim), clock())


def _take_back_last(batch: ImportBatch, now: dt.datetime) -> bool:
    """The last chunk that is in; where there is none the list is undone. Answers whether there may be more."""
    chunk = ImportChunk.objects.filter(batch=batch).order_by("last_row").last()
    if chunk is None:
        batch.state, batch.finished_at, batch.position = ImportBatch.State.UNDONE, now, 0
        batch.claim = batch.claimed_until = None
        batch.save()
        record("integrations.batch.undone", batch, actor=asker(batch), **batch.undone)
        return False
    done = kind_of(batch).take_back(batch, chunk, now)
    present = chunk.people_present().count()
    gone = withdrawal.remove_people(chunk.people_made, batch_id=batch.pk, since=batch.created_at)
    _drop_contradictions(gone, now)
    done += Counter(people=len(gone), kept=present - len(gone))
    batch.undone = {name: batch.undone.get(name, 0) + done[name] for name in kind_of(batch).taken_back}
    chunk.delete()
    before = ImportChunk.objects.filter(batch=batch).order_by("last_row").last()
    batch.position, batch.claimed_until = before.last_row if before else 0, now + CLAIM_FOR
    batch.save(update_fields=["undone", "position", "claimed_until"])
    return True


def _drop_contradictions(gone: list[int], now: dt.datetime) -> None:
    """Contradictions with people who are gone go too, and with them the doubt whether the other side has died."""
    conflicts = MatchConflict.objects.filter(Q(left_id__in=gone) | Q(right_id__in=gone))
    others = {side for pair in conflicts.values_list("left_id", "right_id") for side in pair} - set(gone)
    conflicts.delete()
    doubts.review(others, now=now)
