"""Who works on a list: one worker at a time, for two minutes that each step renews.

A hospital's lists follow each other, so that two of them never make one person twice; and while a list is being undone
no other is worked on, so that nothing is taken back that another has just found to be there.
"""

import datetime as dt
import uuid

from django.db import OperationalError, connection, transaction
from django.db.models import Q

from hospital_crm.tenancy.scope import required_hospital
from integrations.domain.askers import act_for_asker
from integrations.domain.errors import ClaimLost
from integrations.models import ImportBatch

TASK = "integrations.run_import"
CLAIM_FOR = dt.timedelta(minutes=2)
PATIENCE = "5s"
_LOCK = 7_201_950
_LOCK_INBOX = 7_201_952
_LOCK_TRIAL = 7_201_954
_LOCK_NOT_AVAILABLE = "55P03"


def one_at_a_time() -> None:
    """Waits until no other transaction of the hospital brings in, begins or takes back a list."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s::int)", [_LOCK, required_hospital().pk])


def is_nobody_at_it() -> bool:
    """As `one_at_a_time` where nobody holds it; answers False instead of waiting."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s::int)", [_LOCK, required_hospital().pk])
        return bool(cursor.fetchone()[0])


def is_nobody_at_the_inbox() -> bool:
    """Whether no other worker applies messages of the hospital; then this one does until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s::int)", [_LOCK_INBOX, required_hospital().pk])
        return bool(cursor.fetchone()[0])


def is_nobody_trying(batch_id: int) -> bool:
    """Whether no other worker is at the dry run of the list; then this one is until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s::int)", [_LOCK_TRIAL, batch_id])
        return bool(cursor.fetchone()[0])


def only_one_tries(batch_id: int) -> None:
    """Keeps the dry run of the list to this transaction, however long it takes. Refuses (ClaimLost) where another
    worker is at it.
    """
    if not is_nobody_trying(batch_id):
        raise ClaimLost


def is_soon_our_turn() -> bool:
    """As `one_at_a_time`, waiting for a chunk of another list but not for a whole dry run of codes or staff."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('lock_timeout', %s, true)", [PATIENCE])
            one_at_a_time()
            cursor.execute("set local lock_timeout to default")
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


def claimed(batch_id: int, claim: uuid.UUID, now: dt.datetime) -> ImportBatch | None:
    """The list, if nobody else holds it and none is being undone; two who ask at once do not both get it.

    Beside a dry run of codes or staff nobody gets one: the worker is free for other work, and the list is queued again
    every minute. A dry run of people holds nobody up, nor is it begun twice.
    """
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now) | Q(claim=claim)
    mine = ImportBatch.objects.filter(free, pk=batch_id, state__in=ImportBatch.WORKED_ON)
    if not mine.exists() or not is_soon_our_turn():
        return None
    if not is_nobody_trying(batch_id):
        return None
    if ImportBatch.objects.filter(state=ImportBatch.State.UNDOING).exclude(pk=batch_id).exists():
        return None
    if not mine.update(claim=claim, claimed_until=now + CLAIM_FOR):
        return None
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state == ImportBatch.State.QUEUED:
        batch.state = ImportBatch.State.RUNNING
        batch.save(update_fields=["state"])
    return batch


def still_claimed(batch_id: int, claim: uuid.UUID) -> ImportBatch:
    """The list, held until the end of the transaction, in which rows are changed in the name of who asked for it.
    Refuses (ClaimLost) when it was paused or another has it.
    """
    rows = ImportBatch.objects.select_related("asked_by__user").select_for_update(of=("self",))
    batch = rows.get(pk=batch_id)
    if batch.claim != claim:
        raise ClaimLost
    act_for_asker(batch)
    return batch
