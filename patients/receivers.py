"""What patients listens to; each receiver makes one domain call."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.signals import hospital_created, station_closed
from patients import signals
from patients.domain import (
    classification,
    label_rules,
    levels,
    member_unions,
    profiling,
    requests,
    stations,
    viewing_unions,
)
from patients.domain.segments import keeping


@receiver(hospital_created)
def furnish(hospital: Any, **kwargs: Any) -> None:
    """A hospital starts with the shipped label rules, strategies, segments and levels of membership."""
    label_rules.install_default(now=timezone.now())
    keeping.install_shipped()
    levels.install_default()


@receiver(station_closed)
def release(actor: Any, now: Any, **kwargs: Any) -> None:
    """A community station is no longer in use."""
    stations.release_from_closed(actor=actor, now=now)


@receiver((signals.encounters_changed, signals.stays_withdrawn))
def classify_changed(encounter_ids: Any, **kwargs: Any) -> None:
    """Stays were made, corrected, cancelled or taken back."""
    classification.classify_later(encounter_ids=encounter_ids)


@receiver(signals.consent_decided)
def sort_or_let_go(consent: Any, now: Any, **kwargs: Any) -> None:
    """A person refused to be sorted into groups, or allows it."""
    if consent.purpose == profiling.PROFILING:
        classification.sort_or_let_go(consent.patient_id, now=now)


@receiver(signals.consents_taken_back)
def sort_again(consents: Any, now: Any, **kwargs: Any) -> None:
    """What a list had said of being sorted into groups is gone."""
    for one in sorted({row.patient_id for row in consents if row.purpose == profiling.PROFILING}):
        classification.sort_or_let_go(one, now=now)


@receiver(signals.people_erased)
def close_requests(patient: Any, now: Any, **kwargs: Any) -> None:
    """A record is erased."""
    requests.close_of_erased(patient, now=now)


@receiver(signals.patients_merged)
def bring_labels_together(kept: Any, merged: Any, **kwargs: Any) -> None:
    """Two records are one person."""
    classification.bring_together(kept=kept, merged=merged, now=timezone.now())


@receiver(signals.patients_merged)
def bring_memberships_together(kept: Any, merged: Any, **kwargs: Any) -> None:
    """Two records are one person."""
    member_unions.bring_together(kept=kept, merged=merged, now=timezone.now())


@receiver(signals.patients_merged)
def bring_flags_together(kept: Any, merged: Any, **kwargs: Any) -> None:
    """Two records are one person."""
    viewing_unions.bring_together(kept=kept, merged=merged)


@receiver(signals.patients_unmerged)
def take_flags_apart(kept: Any, other: Any, merger: Any, **kwargs: Any) -> None:
    """They are two after all."""
    viewing_unions.take_apart(kept=kept, other=other, merger=merger)


@receiver(signals.patients_unmerged)
def take_memberships_apart(kept: Any, other: Any, merger: Any, now: Any, **kwargs: Any) -> None:
    """They are two after all."""
    member_unions.take_apart(kept=kept, other=other, merger=merger, now=now)
