"""Staff at a glance for who reviews rights."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from accounts.domain.shared_accounts import known_elsewhere
from accounts.models import StaffMember
from hospital_crm.tenancy.keyset import Key, Page, page_of
from hospital_crm.tenancy.prepared_rows import PreparedRows

BY_NAME = Key("name_order", str, ascending=True)
_WITH_ACCOUNT = PreparedRows(lambda: StaffMember.objects.select_related("user"))


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


def staff_page(rows: QuerySet[StaffMember], *, after: str = "", before: str = "") -> Page[StaffMember]:
    """One page of staff by name, with account and roles."""
    page = page_of(rows, BY_NAME, fetch=_WITH_ACCOUNT, after=after, before=before)
    prefetch_related_objects(page.rows, "role_links__role")
    return page


def named(text: str) -> QuerySet[StaffMember]:
    """Active staff; `text` begins a name or is a staff number or user name."""
    wanted = Q(name__prefix=text) | Q(staff_number=text) | Q(user__username=text) if text else Q()
    return StaffMember.objects.active().filter(wanted)


def rights_of(found: list[StaffMember]) -> list[StaffRights]:
    """What these hold and where they are signed in."""
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
