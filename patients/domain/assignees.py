"""Who can be given a task for a person: oneself, the service centre, and those who treat or nurse the person."""

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.models import StaffMember, StaffRole, StaffWard
from patients.domain.chronicle import latest_stays
from patients.models import Patient

_CENTRE = ("agent", "centre_manager")
_STAYS = 5


def assignable(patient: Patient, actor: Actor) -> QuerySet[StaffMember]:
    """The active staff to choose from, by name. Whether the chosen one sees the person is asked when the task is
    given.
    """
    stays = latest_stays(patient)[:_STAYS]
    centre = StaffRole.objects.filter(role__code__in=_CENTRE).values("staff_id")
    nurses = StaffWard.objects.filter(ward_id__in=[stay.ward_id for stay in stays if stay.ward_id]).values("staff_id")
    wanted = Q(pk=actor.staff.pk) | Q(pk__in=[stay.attending_id for stay in stays if stay.attending_id])
    return StaffMember.objects.filter(wanted | Q(pk__in=centre) | Q(pk__in=nurses), is_active=True).order_by("name")
