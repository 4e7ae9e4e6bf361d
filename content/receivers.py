"""What content listens to; each receiver makes one domain call."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.signals import hospital_created
from content.domain import shipping


@receiver(hospital_created)
def furnish(hospital: Any, **kwargs: Any) -> None:
    """A hospital starts with the shipped articles."""
    shipping.install_shipped(now=timezone.now())
