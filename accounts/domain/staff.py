"""Bringing staff from a sheet: places, people, roles; and the accounts they sign in with."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.domain.people import account_for
from accounts.domain.rights import is_mixed, propose
from accounts.domain.staff_places import StaffPlaces, heads_in
from accounts.domain.staff_shapes import RowRefused, StaffOutcome, StaffProblem, StaffRow
from accounts.models import Role, StaffMember, StaffRole, User
from accounts.role_words import SYNONYMS
from accounts.roles import SHIPPED_ROLES, administers
from hospital_crm.tenancy.scope import required_hospital

_BETWEEN_ROLES = re.compile(r"[、，,;；/|\n]+")
_USERNAME = re.compile(r"[\w.@+-]{1,60}")


def bring_staff(rows: Iterable[StaffRow], *, actor: Actor | None = None) -> StaffOutcome:
    """Creates and updates departments, wards, stations, people and roles. A row with a problem is left out, the rest
    goes in.

    A person is known by the staff number, else by the user name, else by a name that only one person here bears.
    Nothing is taken away that the sheet does not name. Repeating a sheet changes nothing. A person who is new gets an
    account without a password: nobody can sign in with it before one is handed out (`people.hand_out`). Who may not
    grant roles names none for himself and none that administers, and what he names for others waits for the security
    officer.
    """
    with transaction.atomic():
        bringer = _Bringer(actor)
        for row in rows:
            bringer.bring(_clean(row))
        outcome = bringer.outcome
        counts: dict[str, Any] = {name: value for name, value in vars(outcome).items() if isinstance(value, int)}
        audit.record("accounts.staff.bring", actor=actor, problems=len(outcome.problems), **counts)
    return outcome


def rows_of_staff(rows: Iterable[StaffRow]) -> tuple[dict[int, int], set[int]]:
    """Row → id of the person here whom it means; and the rows of which only bringing them in tells whom they mean."""
    bringer, found, unsure = _Bringer(None), dict[int, int](), set[int]()
    for row in map(_clean, rows):
        try:
            staff = bringer.find(row)
        except RowRefused:
            unsure.add(row.row)
        else:
            found |= {row.row: staff.pk} if staff is not None else {}
    return found, unsure


def _clean(row: StaffRow) -> StaffRow:
    """Full-width letters and digits become ordinary ones, blanks around go."""
    texts: dict[str, Any] = {
        name: unicodedata.normalize("NFKC", value).strip()
        for name, value in vars(row).items()
        if isinstance(value, str)
    }
    return replace(row, **texts)


class _Bringer:
    """One sheet on its way in: what the hospital has, read once, and what came of the rows."""

    def __init__(self, actor: Actor | None) -> None:
        self.actor = actor
        self.may_grant = actor is None or actor.can("admin.roles")
        self.outcome = StaffOutcome()
        self.made = self.outcome.made
        self.hospital = required_hospital()
        self.roles = _roles_by_word()
        self.places = StaffPlaces(self.outcome)
        self.staff = list(StaffMember.objects.select_related("user"))

    def bring(self, row: StaffRow) -> None:
        """One row."""
        self.outcome.rows += 1
        try:
            roles, staff = self._check(row)
        except RowRefused as refused:
            self.outcome.problems.append(StaffProblem(row.row, refused.code, refused.params))
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
            raise RowRefused("name_missing")
        self.places.check(row)
        if row.email:
            try:
                validate_email(row.email)
            except ValidationError:
                raise RowRefused("email_impossible", row.email) from None
        roles = self._roles(row)
        staff = self.find(row)
        if staff is not None and not (staff.is_active and staff.user.is_active):
            raise RowRefused("staff_left")
        self._may_grant(roles, staff)
        held = list(Role.objects.filter(staff_links__staff=staff)) if staff is not None and roles else []
        if is_mixed({capability for role in (*roles, *held) for capability in role.capabilities}):
            raise RowRefused("roles_mixed")
        if staff is None:
            self._check_username(self._username(row), row)
        return roles, staff

    def _roles(self, row: StaffRow) -> list[Role]:
        words = [word.strip() for word in _BETWEEN_ROLES.split(row.roles) if word.strip()]
        unknown = [word for word in words if word.lower() not in self.roles]
        if unknown:
            known = "、".join(str(role) for role in sorted(set(self.roles.values()), key=lambda role: role.rank))
            raise RowRefused("role_unknown", "、".join(unknown), known=known)
        return [self.roles[word.lower()] for word in words]

    def find(self, row: StaffRow) -> StaffMember | None:
        """Whom a row means; None for somebody new. Refuses one that may mean several, or that contradicts itself."""
        if row.staff_number:
            found = next((one for one in self.staff if one.staff_number == row.staff_number), None)
            if found is not None and found.name != row.name:
                raise RowRefused("staff_number_taken", row.staff_number)
            return found
        if row.username:
            found = next((one for one in self.staff if one.user.username == row.username), None)
            if found is not None and found.name != row.name:
                raise RowRefused("username_of_another", row.username)
            return found
        namesakes = [one for one in self.staff if one.name == row.name]
        if len(namesakes) > 1:
            raise RowRefused("staff_of_one_name")
        if not namesakes:
            raise RowRefused("staff_without_number")
        return namesakes[0]

    def _may_grant(self, roles: list[Role], staff: StaffMember | None) -> None:
        if self.may_grant or self.actor is None:
            return
        if roles and staff is not None and staff.pk == self.actor.staff.pk:
            held = set(staff.role_links.values_list("role_id", flat=True))
            if any(role.pk not in held for role in roles):
                raise RowRefused("role_for_oneself")
        if any(administers(role.capabilities) for role in roles):
            raise RowRefused("role_administers")

    def _username(self, row: StaffRow) -> str:
        return (row.username or f"{row.staff_number}@{self.hospital.slug}").lower()

    def _check_username(self, username: str, row: StaffRow) -> None:
        if not _USERNAME.fullmatch(username):
            raise RowRefused("username_impossible", username)
        try:
            account_for(username, row.name)
        except ValidationError:
            raise RowRefused("username_taken", username) from None

    def _hire(self, row: StaffRow) -> StaffMember:
        """A new member of staff; an account with this user name and name that is nobody's yet is his."""
        username = self._username(row)
        known = User.objects.filter(username=username).first()
        user = known or User.objects.create_user(username, name=row.name, email=row.email, must_change_password=True)
        facts = {name: getattr(row, name) for name in ("name", "staff_number", "title", "phone", "email")}
        staff = StaffMember.objects.create(user=user, **facts)
        self.staff.append(staff)
        self.made.staff.append((staff.pk, None if known else user.pk, row.row))
        return staff

    def _update(self, staff: StaffMember, row: StaffRow) -> bool:
        """Whether a title, phone, e-mail or number was taken over. What the row leaves empty stays."""
        given = {name: getattr(row, name) for name in ("staff_number", "title", "phone", "email")}
        changes = {name: value for name, value in given.items() if value and getattr(staff, name) != value}
        before = {name: getattr(staff, name) for name in changes}
        for name, value in changes.items():
            setattr(staff, name, value)
        if changes:
            staff.save(update_fields=list(changes))
            self.made.changed.append((staff.pk, before, changes))
        return bool(changes)

    def _place(self, staff: StaffMember, row: StaffRow, roles: list[Role], *, is_new: bool) -> bool:
        """Department, ward, station and roles of the row; whether any was news. Heads are those with the role of a
        head, unless the sheet says who is.

        Who may not grant roles makes nobody who works here already the head of one place more.
        """
        heads = heads_in(row, {role.code for role in roles})
        if heads and not (self.may_grant or is_new):
            if row.is_head:
                self.outcome.remarks.append(StaffProblem(row.row, "head_not_taken"))
            heads = set()
        added = self.places.put(staff, row, heads)
        for role in roles:
            added |= self._grant(staff, role) if self.may_grant else self._propose(staff, role)
        return added

    def _grant(self, staff: StaffMember, role: Role) -> bool:
        by = self.actor.staff if self.actor else None
        link, is_fresh = StaffRole.objects.get_or_create(staff=staff, role=role, defaults={"granted_by": by})
        if is_fresh:
            self.outcome.roles_granted += 1
            self.made.granted.append(link.pk)
            audit.record("accounts.role.grant", staff, actor=self.actor, after={"role": role.code})
        return is_fresh

    def _propose(self, staff: StaffMember, role: Role) -> bool:
        if self.actor is None or StaffRole.objects.filter(staff=staff, role=role).exists():
            return False
        is_fresh = propose(staff, role, actor=self.actor)
        self.outcome.roles_proposed += is_fresh
        if is_fresh:
            self.made.asked.append((staff.pk, role.pk))
        return is_fresh


def _roles_by_word() -> dict[str, Role]:
    """The hospital's roles by code, by its own name, and by the shipped Chinese and English names, in lower case; by
    what else these are called where no role bears that name.
    """
    words: dict[str, Role] = {}
    roles = list(Role.objects.all())
    for role in roles:
        shipped = SHIPPED_ROLES.get(role.code)
        names = {role.code, role.name, role.display_name}
        if shipped:
            names |= {shipped.name_zh, role.code.replace("_", " ")}
        words.update({name.lower(): role for name in names})
    for role in roles:
        for word in SYNONYMS.get(role.code, ()):
            words.setdefault(word, role)
    return words
