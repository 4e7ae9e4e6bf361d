"""Who calls the API and whether the token may. The framework reads this module while it is imported itself."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.throttling import BaseThrottle

from accounts import audit
from accounts.actors import TokenActor
from accounts.calendar import today
from accounts.domain.tokens import actor_of_secret
from accounts.models import ApiToken, User
from hospital_crm.rates import this_minute

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

_SCHEME = "bearer "
READS_PER_MINUTE = 600
CHANGES_PER_MINUTE = 120


def capabilities_for(view: "APIView", method: str) -> tuple[str, ...]:
    """What a call demands: `changes` of the view where it changes something, else `requires`."""
    changes = getattr(view, "changes", ())
    return changes if changes and method not in SAFE_METHODS else getattr(view, "requires", ())


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <secret>`: the token of the hospital in the address. A session opens nothing here, so that
    no page of another site can call in somebody's name.
    """

    def authenticate(self, request: "Request") -> tuple[User, ApiToken | None] | None:
        """The account and the token. Refused for a secret that opens nothing here."""
        said = request.headers.get("Authorization", "")
        if not said:
            return None
        known = said.casefold().startswith(_SCHEME)
        now = timezone.now()
        actor = actor_of_secret(said[len(_SCHEME) :].strip(), now=now, day=today(now=now)) if known else None
        if actor is None:
            request._request.has_refused_token = True
            raise AuthenticationFailed(_("The token opens nothing here: unknown, expired or revoked."))
        request._request.actor = actor
        audit.tell_triggers(actor.user.pk, actor)
        return actor.user, actor.token

    def authenticate_header(self, request: "Request") -> str:
        """What a 401 asks for."""
        return "Bearer"


class DeniedByDefault(BasePermission):
    """Allows a call only where the view names capabilities (`requires`, `changes`) and the token has one of them, and
    the scope that changes there need (`scope_to_change`).
    """

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        """Whether role and scopes grant one of the capabilities."""
        actor = getattr(request._request, "actor", None)
        asked = capabilities_for(view, request.method or "")
        if not isinstance(actor, TokenActor) or not any(actor.can(capability) for capability in asked):
            return False
        needed = getattr(view, "scope_to_change", "") if request.method not in SAFE_METHODS else ""
        return not needed or (actor.token is not None and needed in actor.token.scopes)


class TokenThrottle(BaseThrottle):
    """So many calls a minute for one token, fewer where they change something."""

    def allow_request(self, request: "Request", view: "APIView") -> bool:
        """Whether this call is within the limit."""
        is_read = request.method in SAFE_METHODS or not getattr(view, "changes", ())
        limit = READS_PER_MINUTE if is_read else CHANGES_PER_MINUTE
        token = request.auth
        kind = "read" if is_read else "change"
        return token is None or this_minute(f"api:{kind}:{token.pk}", timezone.now()) <= limit

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return 60 - timezone.now().second
