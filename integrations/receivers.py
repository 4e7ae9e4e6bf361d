"""What imports listen to; each receiver makes one domain call."""

from typing import Any

from django.dispatch import receiver

from integrations.domain import doubts, forgetting
from patients import signals


@receiver(signals.people_deceased)
def review_doubts(patients: Any, now: Any, **kwargs: Any) -> None:
    """Deaths were reported: they bear on whoever is confused with these people."""
    doubts.review([patient.pk for patient in patients], now=now)


@receiver(signals.death_withdrawn)
def review_doubts_again(patient: Any, now: Any, **kwargs: Any) -> None:
    """A report of death was an error."""
    doubts.review([patient.pk], now=now)


@receiver(signals.people_erased)
def forget_messages(patient: Any, **kwargs: Any) -> None:
    """A record is erased: what feeds have sent about the person goes too."""
    forgetting.forget_person(patient)
