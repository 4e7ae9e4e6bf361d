"""Staff at a glance for who reviews rights."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Count, Q

from accounts.domain.shared_accounts import known_elsewhere
from accounts.models import StaffMember

AT_MOST = 100


@dataclass(frozen=True)
class StaffRights:
    """A member of staff, the roles held, whether a second factor is active, in how many places signed in, and whether
    the account is not this hospital's alone.
    """

    staff: StaffMember
    roles: list[str]
    has_second_factor: bool
    sessions: int
    is_shared: bool


def staff_rights(text: str = "") -> list[StaffRights]:
    """Active staff by name, at most a hundred; `text` begins a name or is a staff number or user name."""
    wanted = Q(name__prefix=text) | Q(staff_number=text) | Q(user__username=text) if text else Q()
    rows = StaffMember.objects.active().filter(wanted).select_related("user").prefetch_related("role_links__role")
    found = list(rows.order_by("name", "id")[:AT_MOST])
    users = [one.user_id for one in found]
    factors = set(Authenticator.objects.filter(user_id__in=users, type="totp").values_list("user_id", flat=True))
    elsewhere = known_elsewhere(users)
    counted = UserSession.objects.filter(user_id__in=users).values("user_id").annotate(number=Count("id"))
    open_sessions = {row["user_id"]: row["number"] for row in counted}
    return [
        StaffRights(
            staff=one,
            roles=[link.role.display_name for link in sorted(one.role_links.all(), key=lambda link: link.role.rank)],
            has_second_factor=one.user_id in factors,
            sessions=open_sessions.get(one.user_id, 0),
            is_shared=one.user.is_operator or one.user_id in elsewhere,
        )
        for one in found
    ]
