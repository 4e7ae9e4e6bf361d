"""Background work of accounts."""

from celery import shared_task
from django.utils import timezone

from accounts.domain import retention, seals
from accounts.models import Hospital
from hospital_crm.tenancy.scope import no_hospital_scope
from hospital_crm.tenancy.tasks import HospitalTask


@shared_task(base=HospitalTask, name="accounts.seal_audit", ignore_result=True)
def seal_audit(hospital: Hospital) -> None:
    """Seals what was recorded since the last seal."""
    seals.seal_all()


@shared_task(name="accounts.seal_platform", ignore_result=True)
def seal_platform() -> None:
    """Seals failed sign-ins and acts of platform operators, which have no hospital."""
    with no_hospital_scope():
        seals.seal_all(seals.PLATFORM_CHAINS)


@shared_task(base=HospitalTask, name="accounts.purge_audit", ignore_result=True)
def purge_audit(hospital: Hospital) -> None:
    """Deletes what the hospital need not keep any longer."""
    retention.purge_hospital(now=timezone.now())


@shared_task(name="accounts.purge_platform", ignore_result=True)
def purge_platform() -> None:
    """Deletes what of no hospital need not be kept any longer."""
    with no_hospital_scope():
        retention.purge_platform(now=timezone.now())
