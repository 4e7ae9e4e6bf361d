"""One-time passwords: for a new account or after a forgotten one; shown once, changed at the first sign-in."""

import secrets

from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.domain import sessions, tokens
from accounts.domain.shared_accounts import refuse_shared
from accounts.models import StaffMember, User
from accounts.signals import password_replaced

# Without letters and digits that are mistaken for one another on paper.
_LOWER, _UPPER, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"


def make_password() -> str:
    """Three groups of four such as `kxwm-7284-PQRT`: fourteen characters of four kinds, about 55 bits."""
    groups = ["".join(secrets.choice(kind) for _ in range(4)) for kind in (_LOWER, _DIGITS, _UPPER)]
    return "-".join(groups)


def issue(user: User) -> str:
    """Gives the account a one-time password and answers it, the only time it can be read. Open sessions end."""
    password = make_password()
    user.set_password(password)
    user.must_change_password = True
    user.password_changed_at = None
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    sessions.end_all(user)
    return password


def issue_to_staff(staff: StaffMember, *, actor: Actor | None) -> str:
    """As `issue`, for a member of staff who has forgotten his password; his tokens are revoked. Where it replaces a
    password that could be used, the person and the security officers hear of it: whoever hands it out has read it, and
    could sign in in the person's place. Refuses an account that is shared.
    """
    refuse_shared(staff.user)
    now, had_one = timezone.now(), staff.user.has_usable_password()
    password = issue(staff.user)
    tokens.revoke_all(staff, actor=actor, now=now)
    audit.record("accounts.password.issue", staff, actor=actor)
    if had_one:
        password_replaced.send(sender=StaffMember, staff=staff, actor=actor, now=now)
    return password


def password_was_changed(user: User) -> None:
    """The person has chosen a password of his own."""
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=["must_change_password", "password_changed_at"])
