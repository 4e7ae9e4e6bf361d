"""Employing people: an account for a member of staff, the first administrators of a hospital, who may help whom."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.domain import sessions, tokens
from accounts.domain.one_time_passwords import issue_to_staff, make_password
from accounts.domain.shared_accounts import is_shared, known_elsewhere
from accounts.models import Hospital, Role, StaffMember, StaffRole, User
from accounts.roles import administers
from accounts.signals import staff_left
from hospital_crm.tenancy.scope import hospital_scope

HANDED_OUT_AT_ONCE = 50


def account_for(username: str, name: str, *, by_operator: bool = False) -> User | None:
    """The account a member of staff with this user name and name would get; None where it is to be made.

    Refuses (ValidationError) a user name that belongs to somebody of another name, to staff of this or another
    hospital, or to a platform operator. Only the operator links an account that is known at another hospital.
    """
    account = User.objects.filter(username=username.lower()).first()
    if account is None:
        return None
    taken = account.name != name or account.is_operator or StaffMember.objects.filter(user=account).exists()
    if taken or (not by_operator and known_elsewhere([account.pk])):
        raise ValidationError(_("The user name %(name)s is taken.") % {"name": username}, code="taken")
    return account


def give_account(staff: StaffMember, *, username: str, by_operator: bool = False) -> str:
    """Makes the account of somebody who is about to be saved; answers its one-time password, "" where it existed."""
    account = account_for(username, staff.name, by_operator=by_operator)
    password = ""
    if account is None:
        password = make_password()
        account = User.objects.create_user(
            username.lower(), password, name=staff.name, email=staff.email, must_change_password=True
        )
    staff.user = account
    return password


def appoint_first(hospital: Hospital, people: list[tuple[str, str, str]]) -> list[dict[str, str]]:
    """The platform operator appoints (role code, name, user name) at a hospital that was just made; answers their
    one-time passwords.
    """
    appointed = []
    with hospital_scope(hospital):
        for role_code, name, username in people:
            staff = StaffMember(name=name)
            password = give_account(staff, username=username, by_operator=True)
            staff.save()
            StaffRole.objects.create(staff=staff, role=Role.objects.get(code=role_code))
            audit.record("accounts.role.grant", staff, after={"role": role_code})
            appointed.append({"name": name, "username": staff.user.username, "password": password})
    return appointed


@transaction.atomic
def let_go(staff: StaffMember, *, actor: Actor, now: dt.datetime) -> None:
    """Somebody who was just marked as no longer working here: signed out, his tokens revoked, the open work goes
    to others.

    Who also works at another hospital stays signed in there; here every page refuses from the next request on.
    """
    if not is_shared(staff.user):
        sessions.end_all(staff.user)
    tokens.revoke_all(staff, actor=actor, now=now)
    audit.record("accounts.staff.leave", staff, actor=actor)
    staff_left.send(sender=StaffMember, staff=staff, actor=actor, now=now)


@transaction.atomic
def hand_out(staff: Iterable[StaffMember], *, actor: Actor | None) -> tuple[list[dict[str, Any]], bool]:
    """Give a one-time password to those of these people whose account has none yet; answers who (`staff`), name, user
    name and password, the only time it can be read, and whether somebody still waits.

    Leaves out who has a password and whose password comes from the platform operator (`may_reset`). Hashing a password
    takes long by intent: of many people the first ones get theirs, so that the answer always comes. The operator at the
    command line (without an actor) waits, and gets them for all.
    """
    waiting = without_password(staff, actor=actor)
    first = waiting[:HANDED_OUT_AT_ONCE] if actor else waiting
    accounts = [
        {
            "staff": one.pk,
            "name": one.name,
            "username": one.user.username,
            "password": issue_to_staff(one, actor=actor),
        }
        for one in first
    ]
    return accounts, len(waiting) > len(first)


def without_password(staff: Iterable[StaffMember], *, actor: Actor | None) -> list[StaffMember]:
    """Those of these people whose account has no password yet and to whom this person may give one."""
    return _may_reset_of([one for one in staff if not one.user.has_usable_password()], actor)


def may_reset(staff: StaffMember, *, actor: Actor) -> bool:
    """Whether somebody may give this person a one-time password.

    Never oneself; not an account that is not this hospital's alone; and an administrator does not become the security
    officer or the auditor by their passwords: all those come from the platform operator.
    """
    return bool(_may_reset_of([staff], actor))


def _may_reset_of(staff: list[StaffMember], actor: Actor | None) -> list[StaffMember]:
    """Those of these people to whom somebody may give a password; without an actor the operator asks."""
    elsewhere = known_elsewhere([one.user_id for one in staff])
    own = [one for one in staff if one.user_id not in elsewhere and not one.user.is_operator]
    if actor is None:
        return own
    held = StaffRole.objects.filter(staff__in=own).values_list("staff_id", "role__capabilities")
    apart = {actor.staff.pk, *(pk for pk, capabilities in held if administers(capabilities))}
    return [one for one in own if one.pk not in apart]
