"""What workers do for operations."""

import time

from celery import shared_task

from accounts.models import Hospital
from hospital_crm.ops import health
from hospital_crm.private_files.rows import sweep_strays
from hospital_crm.tenancy.tasks import HospitalTask


@shared_task(name="ops.heartbeat")
def heartbeat(queue: str) -> None:
    """Beat, broker and a worker of this queue work together."""
    health.beat(queue, now=time.time())


@shared_task(base=HospitalTask, name="ops.sweep_private_files", ignore_result=True)
def sweep_private_files(hospital: Hospital) -> int:
    """Delete attached files whose row is gone or was never committed."""
    return sweep_strays()
