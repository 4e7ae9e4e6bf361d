"""Who heads which department: those marked as its head, and whoever supervises it by his role without being marked
anywhere (PRODUCT §1), as `StaffDepartment.supervised` says.
"""

from django.db.models import Q, QuerySet

from accounts.models import StaffDepartment, StaffMember

SUPERVISING = "followups.supervise"


def headed() -> QuerySet[StaffDepartment]:
    """The departments of heads, those marked first."""
    able = StaffMember.objects.active().able(SUPERVISING)
    links = StaffDepartment.supervised().filter(Q(is_head=True) | Q(staff__in=able.values("pk")))
    return links.order_by("-is_head", "staff_id")
