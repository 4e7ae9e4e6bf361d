"""Background entry points: bring a list in, and take up lists whose worker died."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.tasks import HospitalTask
from integrations.domain import importing
from integrations.domain.batches import TASK
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
