"""Accounts of people who work, or worked, at several hospitals.

What opens an account opens every hospital its owner works at, so no hospital alone may link, reset or sign out such an
account: the platform operator does. An account of a platform operator is never a hospital's.
"""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Hospital, StaffMember, User
from hospital_crm.tenancy.scope import hospital_scope


class SharedAccount(Exception):
    """What a hospital may not do with an account that is not its own alone; the text says who may."""

    def __init__(self) -> None:
        super().__init__(_("This account is not this hospital's alone. The platform operator can help."))


class CannotJoin(Exception):
    """Somebody who cannot be let work at a hospital; the text says why."""


def known_elsewhere(user_ids: Iterable[int]) -> frozenset[int]:
    """Those accounts that are, or were, staff of another hospital than the one in scope.

    No other hospital's staff are visible from here, so a function of the tables' owner answers.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from accounts_known_elsewhere(%s::bigint[])", [list(user_ids)])
        return frozenset(pk for (pk,) in cursor.fetchall())


def is_shared(user: User) -> bool:
    """Whether the account is not this hospital's alone."""
    return user.is_operator or bool(known_elsewhere([user.pk]))


def refuse_shared(user: User) -> None:
    """Raises SharedAccount where the account is not this hospital's alone."""
    if is_shared(user):
        raise SharedAccount


@transaction.atomic
def let_work_at(user: User, hospital: Hospital) -> StaffMember:
    """The platform operator lets somebody with an account also work at a hospital, whose officer then grants roles."""
    if user.is_operator:
        raise CannotJoin(_("A platform operator works at no hospital."))
    with hospital_scope(hospital):
        if StaffMember.objects.filter(user=user).exists():
            raise CannotJoin(_("%(name)s is staff of this hospital already.") % {"name": user.name})
        staff = StaffMember.objects.create(user=user, name=user.name, email=user.email)
        audit.record("accounts.staff.join", staff)
    return staff
