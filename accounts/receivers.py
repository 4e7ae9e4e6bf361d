"""What accounts listens to: sign-in succeeding and failing, passwords and second factors changing, settings saved."""

import time
from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import audit
from accounts.actors import actor_for
from accounts.domain import sessions
from accounts.domain.one_time_passwords import password_was_changed
from accounts.lockout import note_failure
from accounts.lockout import username as username_of
from accounts.models import HospitalSettings, User
from hospital_crm.tenancy.scope import hospital_scope, no_hospital_scope

post_save.connect(sessions.forget_idle, sender=HospitalSettings)


@receiver(user_login_failed)
def record_failed_sign_in(sender: Any, credentials: dict, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """One row per failed try; whether it was locked or the password was wrong."""
    if request is not None:
        reason = "locked" if getattr(request, "axes_locked_out", False) else "password"
        note_failure(request, username_of(request, credentials) or "", reason)


@receiver(authentication_failed, sender=Authenticator)
def record_failed_code(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """One row per wrong code of the second factor."""
    note_failure(request, user.username, "second_factor")


@receiver(user_logged_in)
def record_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Signing in at a hospital is on its record; a platform operator's, on the platform's. The session is in use from
    here on.
    """
    request.session[sessions.SEEN_KEY] = int(time.time())
    _record(request, user, "accounts.sign_in")


@receiver(password_changed)
def note_changed_password(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A password of one's own ends the forced change; all other sessions end with the old password."""
    password_was_changed(user)
    _record(request, user, "accounts.password.change")


@receiver(authenticator_added)
@receiver(authenticator_removed)
def record_authenticator(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, signal: Any, **kw: Any
) -> None:
    """Activating and giving up a second factor. Some of these are told after the commit, when the request's own unit of
    work is over.
    """
    verb = "accounts.second_factor.add" if signal is authenticator_added else "accounts.second_factor.remove"
    hospital = getattr(request, "hospital", None)
    with hospital_scope(hospital) if hospital else no_hospital_scope():
        _record(request, user, verb, type=authenticator.type)


def _record(request: HttpRequest, user: User, verb: str, **detail: str) -> None:
    hospital = getattr(request, "hospital", None)
    if hospital is None:
        if user.is_operator:
            audit.record_platform(f"platform.{verb.removeprefix('accounts.')}", user, operator=user, **detail)
        return
    actor = getattr(request, "actor", None) or actor_for(user, hospital=hospital)
    if actor is not None:
        audit.record(verb, actor.staff, actor=actor, **detail)
