"""What patients listens to; each receiver makes one domain call."""

from typing import Any

from django.dispatch import receiver

from accounts.signals import hospital_created, station_closed
from patients.domain import stations
from patients.domain.segments import keeping


@receiver(station_closed)
def release(actor: Any, now: Any, **kwargs: Any) -> None:
    """A community station is no longer in use."""
    stations.release_from_closed(actor=actor, now=now)


@receiver(hospital_created)
def furnish(hospital: Any, **kwargs: Any) -> None:
    """A hospital starts with the shipped segments."""
    keeping.install_shipped()
