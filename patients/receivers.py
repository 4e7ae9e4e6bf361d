"""What patients listens to; each receiver makes one domain call."""

from typing import Any

from django.dispatch import receiver

from accounts.signals import station_closed
from patients.domain import stations


@receiver(station_closed)
def release(actor: Any, now: Any, **kwargs: Any) -> None:
    """A community station is no longer in use."""
    stations.release_from_closed(actor=actor, now=now)
