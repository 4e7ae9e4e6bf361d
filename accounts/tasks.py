"""Background work of accounts."""

from celery import shared_task

from accounts.domain import seals
from accounts.models import Hospital
from hospital_crm.tenancy.tasks import HospitalTask


@shared_task(base=HospitalTask, name="accounts.seal_audit", ignore_result=True)
def seal_audit(hospital: Hospital) -> None:
    """Seals what was recorded since the last seal."""
    seals.seal_all()
