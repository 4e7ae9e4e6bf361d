"""Sessions of an account: how long one may be idle, which are open, ending them."""

import datetime as dt
import time
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.domain import tokens
from accounts.domain.shared_accounts import refuse_shared
from accounts.models import Hospital, HospitalSettings, StaffMember, User

SEEN_KEY = "seen"
DEFAULT_IDLE_MINUTES = 30
_TTL_SECONDS = 30.0
# A session that begins may stand in the list a moment before its own row is written.
_SETTLING = dt.timedelta(hours=1)
_idle: dict[int, tuple[float, int]] = {}


def idle_seconds(hospital: Hospital | None) -> int:
    """After how many seconds without a touch a session ends; the hospital decides. Outside hospitals: half an hour."""
    if hospital is None:
        return DEFAULT_IDLE_MINUTES * 60
    now = time.monotonic()
    known = _idle.get(hospital.pk)
    if known is None or now - known[0] > _TTL_SECONDS:
        minutes = HospitalSettings.objects.values_list("idle_minutes", flat=True).first() or DEFAULT_IDLE_MINUTES
        known = _idle[hospital.pk] = (now, minutes * 60)
    return known[1]


def forget_idle(**kwargs: object) -> None:
    """Drops what this process remembers; called when settings are saved."""
    _idle.clear()


def forget_over(*, now: dt.datetime) -> int:
    """Sessions whose time is over go, and what lists of sessions tell of those that are gone; answers how many went."""
    gone, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    open_ones = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(open_ones), created_at__lt=now - _SETTLING).delete()
    return gone


def touch(session_key: str | None) -> None:
    """Somebody has used this session just now; shown in the list of sessions."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=timezone.now())


def open_sessions(user: User) -> list[UserSession]:
    """The sessions in which this account is signed in, newest first."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.last_seen_at, reverse=True)


def end_session(user: User, session_id: int) -> bool:
    """Ends one session of this account. False where there is no such session."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        return False
    session.end()
    return True


def end_all(user: User, *, but: str | None = None) -> int:
    """Signs an account out everywhere, except in the session with key `but`. Answers how many sessions ended."""
    rows = UserSession.objects.filter(user=user).exclude(session_key=but)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    keys = list(rows.values_list("session_key", flat=True))
    for key in keys:
        store.delete(key)
    rows.delete()
    return len(keys)


def revoke(staff: StaffMember, *, actor: Actor) -> int:
    """The security officer signs a member of staff out everywhere, programs with his tokens too. Refuses an account
    that is shared.
    """
    refuse_shared(staff.user)
    ended = end_all(staff.user)
    tokens.revoke_all(staff, actor=actor, now=timezone.now())
    audit.record("accounts.sessions.revoke", staff, actor=actor, ended=ended)
    return ended


def revoke_one(staff: StaffMember, session_id: int, *, actor: Actor) -> bool:
    """The security officer ends one session of a member of staff. False where there is no such session; refuses an
    account that is shared.
    """
    refuse_shared(staff.user)
    if not end_session(staff.user, session_id):
        return False
    audit.record("accounts.sessions.end", staff, actor=actor)
    return True
