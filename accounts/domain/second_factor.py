"""The second factor: open to all, demanded from roles that administer, watch or audit, from platform operators, and
from everybody who takes a list out of the house.
"""

import time
from typing import TYPE_CHECKING

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator

from accounts import audit
from accounts.actors import Actor
from accounts.domain.shared_accounts import refuse_shared
from accounts.models import StaffMember, User
from accounts.roles import administers

if TYPE_CHECKING:
    from django.http import HttpRequest


FRESH_SECONDS = 15 * 60


def has_second_factor(user: User) -> bool:
    """Whether an authenticator application is active; recovery codes alone are none."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def is_demanded(user: User, actor: Actor | None) -> bool:
    """Whether it is demanded here: by the active role, or from an operator outside hospitals."""
    if actor is None:
        return user.is_operator
    return administers(actor.role.capabilities)


def lacks_second_factor(request: "HttpRequest") -> bool:
    """Whether the request must first go and activate one."""
    actor = getattr(request, "actor", None)
    return is_demanded(request.user, actor) and not has_second_factor(request.user)  # type: ignore[arg-type]


def is_fresh(request: "HttpRequest", *, now: float | None = None) -> bool:
    """Whether the second factor was used in this session within the last quarter of an hour."""
    records = get_authentication_records(request, request.user)
    at = max((entry["at"] for entry in records if entry.get("method") == "mfa"), default=0.0)
    return (time.time() if now is None else now) - at < FRESH_SECONDS


def reset_second_factor(staff: StaffMember, *, actor: Actor) -> None:
    """Takes a lost authenticator away; where the role demands one, the next sign-in asks for a fresh one.

    Refuses an account that is shared.
    """
    refuse_shared(staff.user)
    take_away(staff.user)
    audit.record("accounts.second_factor.reset", staff, actor=actor)


def take_away(user: User) -> None:
    """The account has no second factor any more."""
    Authenticator.objects.filter(user=user).delete()
