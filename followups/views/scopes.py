"""Which departments and wards a page of supervision is about, for the role that reads it."""

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.models import Ward


def supervised_departments(actor: Actor) -> frozenset[int] | None:
    """Ids of the departments a head supervises; None for those who look at the whole hospital; none for everybody
    else.
    """
    if actor.sees in ("all", "orders"):
        return None
    if actor.can("followups.supervise"):
        return actor.supervised_department_ids
    return frozenset()


def led_wards(actor: Actor) -> QuerySet:
    """The wards whose orders a head nurse assigns."""
    return Ward.objects.filter(staff_links__staff=actor.staff)
