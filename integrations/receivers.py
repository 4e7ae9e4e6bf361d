"""What imports listen to; each receiver makes one domain call."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from integrations.domain import doubts
from patients import signals


@receiver([signals.patient_deceased, signals.death_withdrawn])
def review_doubts(patient: Any, **kwargs: Any) -> None:
    """A death was reported, or was an error: it bears on whoever is confused with this person."""
    doubts.review([patient.pk], now=timezone.now())
