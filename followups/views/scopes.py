"""Which departments and wards a page of supervision is about, for the role that reads it."""

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.models import Department, Ward


def supervised_departments(actor: Actor) -> QuerySet | None:
    """The departments a head supervises; None for those who look at the whole hospital; none for everybody else."""
    if actor.sees in ("all", "orders"):
        return None
    if actor.can("followups.supervise"):
        return Department.objects.filter(pk__in=actor.headed_department_ids or actor.department_ids)
    return Department.objects.none()


def led_wards(actor: Actor) -> QuerySet:
    """The wards whose orders a head nurse assigns."""
    return Ward.objects.filter(staff_links__staff=actor.staff)
