"""Background entry points: bring a list in, and take up lists whose worker died."""

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.queue import queue_on_commit, send
from hospital_crm.tenancy.tasks import HospitalTask
from integrations.domain import batches, emptying, feeds, files, forgetting, importing, inbox
from integrations.domain.claims import TASK
from integrations.domain.receiving import TASK as INBOX_TASK
from integrations.domain.webhooks import delivering
from integrations.domain.webhooks.telling import QUEUE as WEBHOOK_QUEUE
from integrations.domain.webhooks.telling import TASK as WEBHOOK_TASK
from integrations.models import ImportBatch


@shared_task(base=HospitalTask, own_scope=True, name=TASK, ignore_result=True)
def run_import(hospital: Hospital, batch_id: int) -> bool:
    """Do what the list waits for; a second worker finds it claimed and leaves it."""
    return importing.run(hospital, batch_id)


@shared_task(base=HospitalTask, name="integrations.resume_imports", ignore_result=True)
def resume_imports(hospital: Hospital) -> int:
    """Queue every list that should be worked on and that nobody holds."""
    waiting = list(ImportBatch.objects.unfinished(timezone.now()).values_list("pk", flat=True))
    for batch_id in waiting:
        queue_on_commit(TASK, batch_id, queue="bulk")
    return len(waiting)


@shared_task(name="integrations.sweep_files", ignore_result=True)
def sweep_files() -> int:
    """Remove lists that a killed process left in the clear."""
    return files.sweep()


@worker_ready.connect
def sweep_at_start(**_: object) -> None:
    """A worker that starts removes what the one before may have left."""
    files.sweep()


@shared_task(base=HospitalTask, name="integrations.forget_files", ignore_result=True)
def forget_files(hospital: Hospital) -> int:
    """Delete the files of lists that have been kept long enough."""
    return batches.forget_files(hospital, timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name=INBOX_TASK, ignore_result=True)
def apply_inbound(hospital: Hospital) -> int:
    """Apply what feeds have sent; a second worker finds somebody at it and leaves it."""
    return inbox.apply_due(hospital).total()


@shared_task(base=HospitalTask, own_scope=True, name="integrations.empty_messages", ignore_result=True)
def empty_messages(hospital: Hospital) -> int:
    """Empty what feeds have sent and what has been kept long enough."""
    return emptying.empty_old(hospital, timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name="integrations.name_messages", ignore_result=True)
def name_messages(hospital: Hospital) -> int:
    """Note whom messages name that were kept without it."""
    return forgetting.name_stored(hospital)


@shared_task(base=HospitalTask, name="integrations.tell_silence", ignore_result=True)
def tell_silence(hospital: Hospital) -> int:
    """Ring where a feed has been silent for too long."""
    return feeds.tell_silence(timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name=WEBHOOK_TASK, ignore_result=True)
def deliver_webhooks(hospital: Hospital) -> None:
    """Sends what is due; goes to the end of the queue for the rest, so that hospitals take turns."""
    if delivering.deliver_due(hospital):
        send(WEBHOOK_TASK, hospital.pk, queue=WEBHOOK_QUEUE)


@shared_task(base=HospitalTask, name="integrations.release_webhooks", ignore_result=True)
def release_webhooks(hospital: Hospital) -> int:
    """What a dead worker had claimed is planned again."""
    return delivering.release_interrupted(now=timezone.now())


@shared_task(base=HospitalTask, name="integrations.forget_webhooks", ignore_result=True)
def forget_webhooks(hospital: Hospital) -> int:
    """Old tellings go."""
    return delivering.forget_old(now=timezone.now())
