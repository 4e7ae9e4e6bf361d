"""Who acts: a member of staff in one active role at one hospital."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from accounts.models import (
    Absence,
    ApiToken,
    Department,
    Hospital,
    Role,
    StaffDepartment,
    StaffMember,
    StaffRole,
    StaffStation,
    StaffWard,
    User,
)
from accounts.roles import sees_of
from accounts.scopes import WHOLE, capabilities_of
from hospital_crm.tenancy.together import Few, PreparedReads


@dataclass
class Actor:
    """A member of staff in the active role. Rights are those of this role alone, not of every role held."""

    user: User
    staff: StaffMember
    role: Role
    roles: list[Role] = field(default_factory=list)
    _covered: dict[dt.date, frozenset[int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _links: list[StaffDepartment] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def role_code(self) -> str:
        """Code of the active role."""
        return self.role.code

    @cached_property
    def capabilities(self) -> frozenset[str]:
        """What the active role grants."""
        return frozenset(self.role.capabilities)

    def can(self, capability: str) -> bool:
        """Whether the active role grants it."""
        return capability in self.capabilities

    @property
    def sees(self) -> str:
        """The rule of visibility of the active role."""
        return sees_of(self.role.code)

    @property
    def _department_links(self) -> list[StaffDepartment]:
        """Departments this person works in, by name, and whether as their head."""
        if self._links is None:
            self._links = list(self.staff.department_links.select_related("department").order_by("department__name"))
        return self._links

    @property
    def departments(self) -> list[Department]:
        """Departments this person works in, by name."""
        return [link.department for link in self._department_links]

    @property
    def department_ids(self) -> frozenset[int]:
        """Departments this person works in."""
        return frozenset(link.department_id for link in self._department_links)

    @property
    def headed_department_ids(self) -> frozenset[int]:
        """Departments this person heads."""
        return frozenset(link.department_id for link in self._department_links if link.is_head)

    @property
    def supervised_department_ids(self) -> frozenset[int]:
        """Departments this person looks after as a head: those headed, all own ones for a head of none."""
        return self.headed_department_ids or self.department_ids

    @cached_property
    def ward_ids(self) -> frozenset[int]:
        """Wards this person nurses on."""
        return frozenset(StaffWard.objects.filter(staff=self.staff).values_list("ward_id", flat=True))

    @cached_property
    def station_ids(self) -> frozenset[int]:
        """Community stations this person works at."""
        return frozenset(StaffStation.objects.filter(staff=self.staff).values_list("station_id", flat=True))

    def covered_staff_ids(self, day: dt.date) -> frozenset[int]:
        """Colleagues this person covers on that day of the hospital. Asked once: lists, counts and navigation ask."""
        if day not in self._covered:
            away = Absence.objects.covering(day).filter(cover=self.staff)
            self._covered[day] = frozenset(away.values_list("staff_id", flat=True))
        return self._covered[day]


@dataclass
class TokenActor(Actor):
    """A system that acts in the name of a member of staff: what the role grants, as far as the token's scopes go."""

    token: ApiToken | None = None

    @classmethod
    def lent(cls, actor: Actor, role: Role, token: ApiToken) -> "TokenActor":
        """The actor in the token's role, within its scopes."""
        lent = cls(user=actor.user, staff=actor.staff, role=role, roles=[role], token=token)
        lent._covered, lent._links = actor._covered, actor._links
        return lent

    @cached_property
    def capabilities(self) -> frozenset[str]:
        """What both the role and the scopes grant."""
        return frozenset(self.role.capabilities) & capabilities_of(self.token.scopes if self.token else [])

    @property
    def sees_whole(self) -> bool:
        """Whether names and numbers are told whole."""
        return self.token is not None and WHOLE in self.token.scopes and self.can("patients.unmask")


def actor_for(
    user: User, *, hospital: Hospital, role_code: str | None = None, day: dt.date | None = None
) -> Actor | None:
    """The actor of a signed-in account at the hospital in scope;

    the wished role if it is held, else the first. None for strangers. His departments and wards are read along,
    and with a day whom he covers on it.
    """
    read = _READS.read(user_id=user.pk, day=day)
    links = read["held"]
    if not links:
        return None
    staff, roles = links[0].staff, [link.role for link in links]
    staff.user = user
    active = next((role for role in roles if role.code == role_code), roles[0])
    actor = Actor(user=user, staff=staff, role=active, roles=roles)
    actor._links = read["departments"]
    actor.ward_ids = frozenset(link.ward_id for link in read["wards"])
    if day is not None:
        actor._covered[day] = frozenset(away.staff_id for away in read["covered"])
    return actor


def _lists(*, user_id: int, day: dt.date | None) -> dict[str, Few]:
    """What an actor is made of: roles held, departments, wards, and with a day whom he covers on it."""
    held = StaffRole.objects.filter(staff__user=user_id, staff__is_active=True, staff__user__is_active=True)
    departments = StaffDepartment.objects.filter(staff__user=user_id).order_by("department__name")
    found = {
        "held": Few(held.order_by("role__rank", "role__code"), ["id", *_all_of("staff"), *_all_of("role")]),
        "wards": Few(StaffWard.objects.filter(staff__user=user_id), ["ward_id"]),
        "departments": Few(departments, ["id", "staff_id", "department_id", "is_head", *_all_of("department")]),
    }
    if day is not None:
        found["covered"] = Few(Absence.objects.covering(day).filter(cover__user=user_id), ["staff_id"])
    return found


def _all_of(reference: str) -> list[str]:
    """Every column of what a link refers to."""
    model = {"staff": StaffMember, "role": Role, "department": Department}[reference]
    return [f"{reference}__{column.attname}" for column in model._meta.concrete_fields]


_READS = PreparedReads(_lists)
