"""What campaigns listens to; each receiver makes one domain call."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from campaigns.domain import unions
from patients.signals import patients_merged


@receiver(patients_merged)
def write_once(kept: Any, merged: Any, **kwargs: Any) -> None:
    """Two records are one person."""
    unions.write_once(kept=kept, merged=merged, now=timezone.now())
