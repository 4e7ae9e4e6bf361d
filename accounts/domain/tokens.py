"""Tokens of the API: asked for by who answers for the system, allowed by the security officer, fetched once, revoked by
either.
"""

import datetime as dt
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor, TokenActor, actor_for
from accounts.audit import record, record_each
from accounts.models import ApiToken, Hospital, Role, StaffMember, User
from accounts.scopes import SCOPES
from hospital_crm.crypto import whole_hash
from hospital_crm.tenancy.scope import hospital_scope, required_hospital

LONGEST_DAYS = 366
MARK = "crm_"
_SEEN_EVERY = dt.timedelta(minutes=1)


class TokenRefused(Exception):
    """Refused, with the reason."""


def offered_scopes(actor: Actor) -> list[str]:
    """What the active role can lend a system."""
    return [code for code, scope in SCOPES.items() if scope.capabilities & actor.capabilities]


@transaction.atomic
def ask(*, name: str, scopes: Iterable[str], reason: str, days: int, actor: Actor, now: dt.datetime) -> ApiToken:
    """A system shall use the API in the actor's name and active role, for so many days; it waits for the security
    officer.

    Refused: no reason, no scope, a scope that the role cannot lend, more than a year.
    """
    wanted = list(dict.fromkeys(scopes))
    if not (wanted and reason.strip() and name.strip()):
        raise TokenRefused(_("Name the system, what it may do, and why."))
    if not set(wanted) <= set(offered_scopes(actor)):
        raise TokenRefused(_("The role cannot lend what it may not do itself."))
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenRefused(_("A token lasts from a day to a year."))
    token = ApiToken.objects.create(
        name=name.strip(),
        staff=actor.staff,
        role=actor.role,
        scopes=wanted,
        reason=reason.strip(),
        asked_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    record("accounts.token.ask", token, actor=actor, after={"name": token.name, "scopes": wanted})
    return token


@transaction.atomic
def decide(token: ApiToken, *, is_allowed: bool, actor: Actor, now: dt.datetime) -> ApiToken:
    """The security officer allows or refuses a token. Refused: one's own, and what is decided already."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.staff_id == actor.staff.pk:
        raise TokenRefused(_("Somebody other than who asked decides."))
    if token.state != ApiToken.State.ASKED:
        raise TokenRefused(_("This is decided already."))
    _settle(token, ApiToken.State.ALLOWED if is_allowed else ApiToken.State.REFUSED, actor, now)
    record("accounts.token.allow" if is_allowed else "accounts.token.refuse", token, actor=actor)
    return token


@transaction.atomic
def fetch_secret(token: ApiToken, *, actor: Actor, now: dt.datetime) -> str:
    """The secret, seen this once by who asked; only its keyed hash is kept. One fetched before is worthless now.

    Refused for anybody else, and for a token that is not allowed or has expired.
    """
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.staff_id != actor.staff.pk:
        raise TokenRefused(_("The secret is for who asked."))
    if token.state != ApiToken.State.ALLOWED or token.expires_at <= now:
        raise TokenRefused(_("This token is not allowed any more."))
    secret = MARK + secrets.token_urlsafe(32)
    token.token_hash = whole_hash(secret)
    token.save(update_fields=["token_hash"])
    record("accounts.token.fetch", token, actor=actor)
    return secret


@transaction.atomic
def revoke(token: ApiToken, *, actor: Actor, now: dt.datetime) -> ApiToken:
    """A token opens nothing from now on, for good. Refused for one that opens nothing anyway."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.state not in (ApiToken.State.ASKED, ApiToken.State.ALLOWED):
        raise TokenRefused(_("This is decided already."))
    token.token_hash = ""
    _settle(token, ApiToken.State.REVOKED, actor, now)
    record("accounts.token.revoke", token, actor=actor)
    return token


@transaction.atomic
def revoke_all(staff: StaffMember, *, role: Role | None = None, actor: Actor | None, now: dt.datetime) -> int:
    """What acts in the name of this person, or of him in one role, opens nothing from now on, for good; answers how
    many. Coming back, or getting the role again, revives none.
    """
    rows = ApiToken.objects.filter(staff=staff, state__in=(ApiToken.State.ASKED, ApiToken.State.ALLOWED))
    rows = rows.filter(role=role) if role is not None else rows
    ended = list(rows.select_for_update().order_by("pk"))
    for token in ended:
        token.token_hash = ""
        _settle(token, ApiToken.State.REVOKED, actor, now)
    record_each("accounts.token.revoke", ended, actor=actor)
    return len(ended)


def revoke_everywhere(user: User, *, now: dt.datetime) -> None:
    """As `revoke_all`, at every hospital where the account works: the platform operator switched it off or reset it."""
    for hospital in Hospital.objects.order_by("pk"):
        with hospital_scope(hospital):
            for staff in StaffMember.objects.filter(user=user):
                revoke_all(staff, actor=None, now=now)


def _settle(token: ApiToken, state: str, actor: Actor | None, now: dt.datetime) -> None:
    token.state, token.decided_by, token.decided_at = state, actor.staff if actor else None, now
    token.save(update_fields=["state", "decided_by", "decided_at", "token_hash"])


def listed(actor: Actor) -> QuerySet[ApiToken]:
    """The tokens that the actor sees, with whom they act for."""
    return ApiToken.objects.visible_to(actor).select_related("staff", "role", "decided_by")


def actor_of_secret(secret: str, *, now: dt.datetime, day: dt.date) -> TokenActor | None:
    """Who acts by this secret: the member of staff in the token's role, with no more than the scopes. None for a secret
    that opens nothing at the hospital in scope.

    When a token was last used is written once a minute.
    """
    if not secret.startswith(MARK):
        return None
    token = ApiToken.objects.usable(now).select_related("staff__user").filter(token_hash=whole_hash(secret)).first()
    if token is None:
        return None
    actor = actor_for(token.staff.user, hospital=required_hospital(), day=day)
    role = next((role for role in actor.roles if role.pk == token.role_id), None) if actor else None
    if actor is None or role is None:
        return None
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - _SEEN_EVERY)
    if token.last_used_at is None or token.last_used_at < now - _SEEN_EVERY:
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    return TokenActor.lent(actor, role, token)
