"""What workers do for operations."""

import time

from celery import shared_task

from hospital_crm.ops import health


@shared_task(name="ops.heartbeat")
def heartbeat(queue: str) -> None:
    """Beat, broker and a worker of this queue work together."""
    health.beat(queue, now=time.time())
