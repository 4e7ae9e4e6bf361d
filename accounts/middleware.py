"""Around every page of a person who signs in: idle log-out, who acts, the gates of sign-in, refusals on record."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from accounts import audit
from accounts.access import NotVisible, to_sign_in
from accounts.actors import Actor, actor_for
from accounts.calendar import today
from accounts.domain import sessions
from accounts.domain.second_factor import lacks_second_factor
from accounts.lockout import note_refused_token

ACTIVE_ROLE_KEY = "active_role"
SEEN_EVERY_SECONDS = 60

# What somebody may still reach who must first change his password or activate his second factor.
_ALWAYS = {"account_logout", "accounts:language", "accounts:theme", "accounts:keepalive", "account_reauthenticate"}
_PASSWORD_PAGES = _ALWAYS | {"account_change_password"}
_SECOND_FACTOR_PAGES = _PASSWORD_PAGES | {
    *("mfa_index", "mfa_activate_totp", "mfa_reauthenticate", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
    *("mfa_download_recovery_codes", "entrance", "accounts:role", "accounts:me"),
}

GetResponse = Callable[[HttpRequest], HttpResponse]


class IdleMiddleware:
    """Signs out who has done nothing for the hospital's idle minutes. Measured here, whatever the browser does.
    Behind a link without log-in nobody works: it neither ends a session nor keeps it awake.

    The moment is kept in the session and written at most once a minute. What the page asks for by itself, marked
    `HX-Trigger-Name: poll` or `X-Poll: 1`, is answered but counts as doing nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.idle_seconds = 0  # type: ignore[attr-defined]
        if request.user.is_authenticated and not getattr(request, "is_stranger", False):
            limit = sessions.idle_seconds(getattr(request, "hospital", None))
            request.idle_seconds = limit  # type: ignore[attr-defined]
            if self._is_over(request, limit):
                logout(request)
                return to_sign_in(request)
        return self.get_response(request)

    def _is_over(self, request: HttpRequest, limit: int) -> bool:
        now, seen = int(time.time()), request.session.get(sessions.SEEN_KEY)
        if seen is not None and now - seen > limit:
            return True
        polls = request.headers.get("X-Poll") or request.headers.get("HX-Trigger-Name") == "poll"
        if not polls and (seen is None or now - seen >= SEEN_EVERY_SECONDS):
            request.session[sessions.SEEN_KEY] = now
            if seen is not None:
                sessions.touch(request.session.session_key)
        return False


class ActorMiddleware:
    """`request.actor`: the signed-in member of staff in the active role at the hospital of the request, or None.

    Behind a link without log-in nobody acts, whoever is signed in in the same browser.
    Puts the reader's language and the hospital's time zone around the page, and tells the database's triggers who acts.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        hospital = getattr(request, "hospital", None)
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        self._speak(request)
        audit.tell_triggers(request.user.pk, request.actor)  # type: ignore[attr-defined]
        with timezone.override(hospital.tz) if hospital is not None else nullcontext():
            return self.get_response(request)

    def _actor(self, request: HttpRequest) -> Actor | None:
        hospital = getattr(request, "hospital", None)
        if hospital is None or not request.user.is_authenticated or getattr(request, "is_stranger", False):
            return None
        chosen = request.session.get(f"{ACTIVE_ROLE_KEY}:{hospital.pk}")
        return actor_for(request.user, hospital=hospital, role_code=chosen, day=today())

    def _speak(self, request: HttpRequest) -> None:
        """The account's language; else the one chosen in this browser; else the hospital's; else the browser's own."""
        hospital = getattr(request, "hospital", None)
        chosen_here = "crm_language" in request.COOKIES
        account = None if getattr(request, "is_stranger", False) else request.user
        language = getattr(account, "language", "") or ("" if chosen_here else getattr(hospital, "language", ""))
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]


class GateMiddleware:
    """Before anything else: a first password is changed, and who administers activates the second factor. Not behind a
    link without log-in, where nobody works.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Sends away from every page that is not part of what is still to be done."""
        is_stranger = getattr(request, "is_stranger", False)
        if is_stranger or not request.user.is_authenticated or request.resolver_match is None:
            return None
        page = request.resolver_match.view_name
        if request.user.must_change_password:
            return None if page in _PASSWORD_PAGES else _go(request, "account_change_password")
        if page not in _SECOND_FACTOR_PAGES and lacks_second_factor(request):
            return _go(request, "mfa_activate_totp")
        return None


def _go(request: HttpRequest, name: str) -> HttpResponse:
    """A redirect that htmx follows as a whole page."""
    if getattr(request, "htmx", False):
        response = HttpResponse()
        response["HX-Redirect"] = reverse(name)
        return response
    return redirect(name)


class RefusalMiddleware:
    """Records what was refused, outside the view's transaction, which a refusal rolls back. Pages and ids only."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        hidden = getattr(request, "not_visible", None)
        if getattr(request, "has_refused_token", False):
            note_refused_token(request, now=timezone.now())
        if getattr(request, "hospital", None) is not None and request.user.is_authenticated:
            if response.status_code == 403:
                self._record(request, "access.refused", {})
            elif response.status_code == 404 and hidden is not None:
                self._record(request, "access.not_visible", {"model": hidden.model, "key": hidden.key})
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Remembers which object was asked for."""
        if isinstance(exception, NotVisible):
            request.not_visible = exception  # type: ignore[attr-defined]

    def _record(self, request: HttpRequest, verb: str, detail: dict[str, str]) -> None:
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        page = request.resolver_match.view_name if request.resolver_match else ""
        stranger = {} if actor else {"account": request.user.pk}
        audit.record(verb, actor=actor, page=page, method=request.method, **detail, **stranger)
