"""What workers do for messages. Running any of these twice is harmless."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.queue import send
from hospital_crm.tenancy.tasks import HospitalTask
from messaging.domain import digests, dispatch


@shared_task(base=HospitalTask, name="messaging.send_due", own_scope=True)
def send_due(hospital: Hospital) -> None:
    """Sends what is due; goes to the end of the queue for the rest, so that hospitals take turns."""
    if dispatch.send_due(hospital):
        send("messaging.send_due", hospital.pk)


@shared_task(base=HospitalTask, name="messaging.settle_interrupted")
def settle_interrupted(hospital: Hospital) -> int:
    """What a dead worker had claimed becomes unknown."""
    return dispatch.settle_interrupted(now=timezone.now())


@shared_task(base=HospitalTask, name="messaging.morning_digest")
def morning_digest(hospital: Hospital) -> int | None:
    """Today's digests, where their hour has come."""
    return digests.make_digests(now=timezone.now())
