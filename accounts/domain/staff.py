"""Bringing staff from a sheet: departments, wards, people, roles; and the accounts they sign in with."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.domain.one_time_passwords import make_password
from accounts.domain.people import account_for
from accounts.domain.rights import is_mixed, propose
from accounts.models import Department, Role, StaffDepartment, StaffMember, StaffRole, StaffWard, User, Ward
from accounts.roles import SHIPPED_ROLES, administers
from hospital_crm.tenancy.scope import required_hospital

_BETWEEN_ROLES = re.compile(r"[、，,;；/|\n]+")
_USERNAME = re.compile(r"[\w.@+-]{1,60}")


@dataclass(frozen=True)
class StaffRow:
    """One row of a staff sheet; `row` is its number in the file, `roles` codes or names as people write them."""

    row: int
    name: str
    staff_number: str = ""
    department: str = ""
    ward: str = ""
    roles: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
    username: str = ""


@dataclass(frozen=True)
class StaffProblem:
    """A row that was left out, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class NewAccount:
    """An account just made. `password`: its one-time password, which can be read here only, or "" where it has none yet
    because the administrator hands it out.
    """

    row: int
    name: str
    staff_number: str
    username: str
    password: str


@dataclass
class StaffOutcome:
    """What a sheet did. `acts`: what became of each row that went in (create, update, same), by its number."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    departments_created: int = 0
    wards_created: int = 0
    roles_granted: int = 0
    roles_proposed: int = 0
    accounts: list[NewAccount] = field(default_factory=list)
    problems: list[StaffProblem] = field(default_factory=list)
    acts: dict[int, str] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """How many rows go in."""
        return self.created + self.updated + self.unchanged


class RowRefused(Exception):
    """A row that cannot be brought in; the text says why."""


def bring_staff(rows: Iterable[StaffRow], *, actor: Actor | None = None, dry_run: bool = False) -> StaffOutcome:
    """Creates and updates departments, wards, people and roles. A row with a problem is left out, the rest goes in.

    A person is known by the staff number, else by the user name, else by a name that only one person here bears.
    Nothing is taken away that the sheet does not name. Repeating a sheet changes nothing. A person who is new gets an
    account: without a password where a member of staff brings the sheet, because the administrator hands passwords out
    (`people.hand_out`); with a one-time password where the operator does at the command line. Who may not grant roles
    names none for himself and none that administers, and what he names for others waits for the security officer.
    """
    with transaction.atomic():
        bringer = _Bringer(actor, dry_run)
        for row in rows:
            bringer.bring(_clean(row))
        outcome = bringer.outcome
        if dry_run:
            transaction.set_rollback(True)
        else:
            counts: dict[str, Any] = {name: value for name, value in vars(outcome).items() if isinstance(value, int)}
            audit.record("accounts.staff.bring", actor=actor, problems=len(outcome.problems), **counts)
    return outcome


def _clean(row: StaffRow) -> StaffRow:
    """Full-width letters and digits become ordinary ones, blanks around go."""
    texts = {
        name: unicodedata.normalize("NFKC", str(value)).strip() for name, value in vars(row).items() if name != "row"
    }
    return StaffRow(row=row.row, **texts)


class _Bringer:
    """One sheet on its way in: what the hospital has, read once, and what came of the rows."""

    def __init__(self, actor: Actor | None, dry_run: bool) -> None:
        self.actor = actor
        self.may_grant = actor is None or actor.can("admin.roles")
        self.dry_run = dry_run
        self.outcome = StaffOutcome()
        self.hospital = required_hospital()
        self.roles = _roles_by_word()
        self.departments = {one.name: one for one in Department.objects.all()}
        self.wards = {(one.department_id, one.name): one for one in Ward.objects.all()}
        self.staff = list(StaffMember.objects.select_related("user"))

    def bring(self, row: StaffRow) -> None:
        """One row."""
        self.outcome.rows += 1
        try:
            roles, staff = self._check(row)
        except RowRefused as refused:
            self.outcome.problems.append(StaffProblem(row.row, str(refused)))
            return
        if staff is None:
            staff = self._hire(row)
            self.outcome.created += 1
            self._place(staff, row, roles, is_new=True)
            self.outcome.acts[row.row] = "create"
        else:
            changed = self._update(staff, row) | self._place(staff, row, roles, is_new=False)
            self.outcome.updated += changed
            self.outcome.unchanged += not changed
            self.outcome.acts[row.row] = "update" if changed else "same"

    def _check(self, row: StaffRow) -> tuple[list[Role], StaffMember | None]:
        """The roles and the person meant, None for somebody new. Refuses what contradicts itself or the hospital."""
        if not row.name:
            raise RowRefused(_("The name is missing."))
        if row.ward and not row.department:
            raise RowRefused(_("A ward needs its department."))
        if row.email:
            try:
                validate_email(row.email)
            except ValidationError:
                raise RowRefused(_("“%(email)s” is no e-mail address.") % {"email": row.email}) from None
        roles = self._roles(row)
        staff = self._find(row)
        if staff is not None and not (staff.is_active and staff.user.is_active):
            raise RowRefused(_("This person no longer works here. Activate the account first."))
        self._may_grant(roles, staff)
        held = list(Role.objects.filter(staff_links__staff=staff)) if staff is not None and roles else []
        if is_mixed({capability for role in (*roles, *held) for capability in role.capabilities}):
            raise RowRefused(_("One person cannot hold these roles together: administration stays apart."))
        if staff is None:
            self._check_username(self._username(row), row)
        return roles, staff

    def _roles(self, row: StaffRow) -> list[Role]:
        words = [word.strip() for word in _BETWEEN_ROLES.split(row.roles) if word.strip()]
        unknown = [word for word in words if word.lower() not in self.roles]
        if unknown:
            raise RowRefused(_("Unknown role: %(role)s") % {"role": "、".join(unknown)})
        return [self.roles[word.lower()] for word in words]

    def _find(self, row: StaffRow) -> StaffMember | None:
        if row.staff_number:
            found = next((one for one in self.staff if one.staff_number == row.staff_number), None)
            if found is not None and found.name != row.name:
                values = {"number": row.staff_number, "name": found.name}
                raise RowRefused(_("Staff number %(number)s belongs to %(name)s.") % values)
            return found
        if row.username:
            return next((one for one in self.staff if one.user.username == row.username), None)
        namesakes = [one for one in self.staff if one.name == row.name]
        if len(namesakes) > 1:
            raise RowRefused(_("Several people bear this name. Give the staff number."))
        if not namesakes:
            raise RowRefused(_("Somebody new needs a staff number or a user name."))
        return namesakes[0]

    def _may_grant(self, roles: list[Role], staff: StaffMember | None) -> None:
        if self.may_grant or self.actor is None:
            return
        if roles and staff is not None and staff.pk == self.actor.staff.pk:
            held = set(staff.role_links.values_list("role_id", flat=True))
            if any(role.pk not in held for role in roles):
                raise RowRefused(_("Nobody grants roles to himself."))
        if any(administers(role.capabilities) for role in roles):
            raise RowRefused(_("Roles that administer or audit are granted by the security officer."))

    def _username(self, row: StaffRow) -> str:
        return (row.username or f"{row.staff_number}@{self.hospital.slug}").lower()

    def _check_username(self, username: str, row: StaffRow) -> None:
        if not _USERNAME.fullmatch(username):
            raise RowRefused(_("“%(name)s” cannot be a user name.") % {"name": username})
        try:
            account_for(username, row.name)
        except ValidationError as error:
            raise RowRefused(error.messages[0]) from None

    def _hire(self, row: StaffRow) -> StaffMember:
        """A new member of staff; an account with this user name and name that is nobody's yet is his."""
        username = self._username(row)
        user = User.objects.filter(username=username).first()
        if user is None:
            password = make_password() if self.actor is None and not self.dry_run else ""
            user = User.objects.create_user(
                username, password or None, name=row.name, email=row.email, must_change_password=True
            )
            self.outcome.accounts.append(NewAccount(row.row, row.name, row.staff_number, username, password))
        facts = {name: getattr(row, name) for name in ("name", "staff_number", "title", "phone", "email")}
        staff = StaffMember.objects.create(user=user, **facts)
        self.staff.append(staff)
        return staff

    def _update(self, staff: StaffMember, row: StaffRow) -> bool:
        """Whether a title, phone, e-mail or number was taken over. What the row leaves empty stays."""
        given = {name: getattr(row, name) for name in ("staff_number", "title", "phone", "email")}
        changes = {name: value for name, value in given.items() if value and getattr(staff, name) != value}
        for name, value in changes.items():
            setattr(staff, name, value)
        if changes:
            staff.save(update_fields=list(changes))
        return bool(changes)

    def _place(self, staff: StaffMember, row: StaffRow, roles: list[Role], *, is_new: bool) -> bool:
        """Department, ward and roles of the row; whether any was news. Heads are those with the role of a head.

        Who may not grant roles makes nobody who works here already the head of one place more.
        """
        codes = {role.code for role in roles if self.may_grant or is_new}
        added = False
        if row.department:
            department = self._department(row.department)
            is_head = "department_head" in codes
            added |= _link(StaffDepartment, staff, is_head, department=department)
            if row.ward:
                added |= _link(StaffWard, staff, "head_nurse" in codes, ward=self._ward(department, row.ward))
        for role in roles:
            added |= self._grant(staff, role) if self.may_grant else self._propose(staff, role)
        return added

    def _grant(self, staff: StaffMember, role: Role) -> bool:
        by = self.actor.staff if self.actor else None
        _grant, is_fresh = StaffRole.objects.get_or_create(staff=staff, role=role, defaults={"granted_by": by})
        if is_fresh:
            self.outcome.roles_granted += 1
            audit.record("accounts.role.grant", staff, actor=self.actor, after={"role": role.code})
        return is_fresh

    def _propose(self, staff: StaffMember, role: Role) -> bool:
        if self.actor is None or StaffRole.objects.filter(staff=staff, role=role).exists():
            return False
        is_fresh = propose(staff, role, actor=self.actor)
        self.outcome.roles_proposed += is_fresh
        return is_fresh

    def _department(self, name: str) -> Department:
        found = self.departments.get(name)
        if found is None:
            found = self.departments[name] = Department.objects.create(name=name)
            self.outcome.departments_created += 1
        elif not found.is_confirmed:
            found.is_confirmed = True
            found.save(update_fields=["is_confirmed"])
        return found

    def _ward(self, department: Department, name: str) -> Ward:
        key = (department.pk, name)
        if key not in self.wards:
            self.wards[key] = Ward.objects.create(name=name, department=department)
            self.outcome.wards_created += 1
        return self.wards[key]


def _link(model: type[StaffDepartment] | type[StaffWard], staff: StaffMember, is_head: bool, **place: object) -> bool:
    """Puts somebody into a department or on a ward; whether that was news. Being head is added, never taken away."""
    link, is_fresh = model.objects.get_or_create(staff=staff, **place, defaults={"is_head": is_head})
    if is_head and not link.is_head:
        link.is_head = True
        link.save(update_fields=["is_head"])
        return True
    return is_fresh


def _roles_by_word() -> dict[str, Role]:
    """The hospital's roles by code, by its own name, and by the shipped Chinese and English names, in lower case."""
    words: dict[str, Role] = {}
    for role in Role.objects.all():
        shipped = SHIPPED_ROLES.get(role.code)
        names = {role.code, role.name, role.display_name}
        if shipped:
            names |= {shipped.name_zh, role.code.replace("_", " ")}
        words.update({name.lower(): role for name in names})
    return words
