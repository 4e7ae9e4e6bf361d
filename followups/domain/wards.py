"""Wards that became known after orders had been planned."""

from followups.domain.ladder import Ladder
from followups.models import OPEN, FollowUpOrder


def fill() -> int:
    """Open orders without a ward have the only ward of their department, where it has one by now; answers how many."""
    without = FollowUpOrder.objects.filter(ward=None, state__in=OPEN)
    return sum(
        without.filter(department_id=department_id).update(ward_id=ward_id)
        for department_id, ward_id in Ladder().only_wards.items()
    )
