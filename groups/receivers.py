"""What groups listens to; each receiver makes one domain call."""

from typing import Any

from django.dispatch import receiver

from groups.domain import member_unions
from patients.signals import patients_merged, patients_unmerged


@receiver(patients_merged)
def bring_members_together(kept: Any, merged: Any, **kwargs: Any) -> None:
    """Two records are one person."""
    member_unions.bring_people_together(kept=kept, merged=merged)


@receiver(patients_unmerged)
def take_members_apart(kept: Any, other: Any, merger: Any, **kwargs: Any) -> None:
    """They are two after all."""
    member_unions.take_people_apart(kept=kept, other=other, merger=merger)
