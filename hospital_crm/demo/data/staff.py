"""The staff sheet of a demo hospital, brought in by the same door as a real one, and the accounts to try."""

from collections.abc import Iterator

from django.contrib.auth.hashers import make_password

from accounts.actors import actor_for
from accounts.domain.rights import propose
from accounts.domain.staff import bring_staff
from accounts.domain.staff_shapes import StaffRow
from accounts.models import Hospital, Role, StaffMember, User
from accounts.roles import SHIPPED_ROLES
from hospital_crm.demo.accounts import Account
from hospital_crm.demo.data.stations import make_stations
from hospital_crm.demo.data.wards import DemoDepartment
from hospital_crm.tenancy.scope import hospital_scope

ASKED_FOR = (("physician", "department_head"), ("nurse", "head_nurse"), ("agent", "liaison"))
DEMO_PASSWORD = "Clear-sky-2026"


def staff_sheet(
    slug: str, departments: tuple[DemoDepartment, ...], office: dict[str, tuple[str, ...]]
) -> list[StaffRow]:
    """Everybody of a hospital. The first holder of each role gets the role as user name: `north.physician`."""
    rows: list[StaffRow] = []
    named: set[str] = set()
    for number, (name, roles, department, ward, title) in enumerate(_people(departments, office), start=1):
        role = roles.split("、")[0]
        username = f"{slug}.{role.replace('_', '-')}" if role not in named else f"{slug}.{number:03d}"
        named.add(role)
        rows.append(
            StaffRow(
                row=number + 1,
                name=name,
                staff_number=f"{slug[0].upper()}{number:04d}",
                department=department,
                ward=ward,
                roles=roles,
                title=title,
                username=username,
                email=f"{username}@example.org",
            )
        )
    return rows


def _people(
    departments: tuple[DemoDepartment, ...], office: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, roles, department, ward and title of everybody; the second head also works as a physician."""
    for role, names in office.items():
        for name in names:
            yield name, role, "", "", ""
    for index, each in enumerate(departments):
        yield each.head, "department_head、physician" if index == 1 else "department_head", each.name, "", "主任医师"
        for name in each.physicians:
            yield name, "physician", each.name, "", "主治医师"
        yield each.head_nurse, "head_nurse", each.name, each.ward, "主管护师"
        for name in each.nurses:
            yield name, "nurse", each.name, each.ward, "护师"


def bring_demo_staff(
    hospital: Hospital, departments: tuple[DemoDepartment, ...], office: dict[str, tuple[str, ...]]
) -> list[Account]:
    """Brings the sheet in, gives everybody the demo's password, and answers one account per role."""
    with hospital_scope(hospital):
        sheet = staff_sheet(hospital.slug, departments, office)
        # One password for all, hashed once: the sheet then finds the accounts it would have made.
        password = make_password(DEMO_PASSWORD)
        User.objects.bulk_create(User(username=row.username, name=row.name, password=password) for row in sheet)
        outcome = bring_staff(sheet)
        if outcome.problems:
            raise RuntimeError(f"the demo's staff sheet has problems: {outcome.problems}")
        make_stations(hospital)
        _ask_for_roles(hospital.slug)
        return _accounts_to_try(hospital)


def _ask_for_roles(slug: str) -> None:
    """Roles that wait for the security officer, as after a sheet that asked for them."""
    asker = StaffMember.objects.select_related("user").get(user__username=f"{slug}.information-officer")
    actor = actor_for(asker.user, hospital=asker.hospital)
    for username, code in ASKED_FOR:
        staff = StaffMember.objects.get(user__username=f"{slug}.{username}")
        propose(staff, Role.objects.get(code=code), actor=actor)


def _accounts_to_try(hospital: Hospital) -> list[Account]:
    """One account per role, in the order of the roles."""
    found = StaffMember.objects.filter(user__username__prefix=f"{hospital.slug}.").select_related("user")
    by_username = {each.user.username: each for each in found}
    names = {role: f"{hospital.slug}.{role.replace('_', '-')}" for role in SHIPPED_ROLES}
    return [
        Account(hospital=hospital.slug, role=role, name=by_username[name].name, username=name, password=DEMO_PASSWORD)
        for role, name in names.items()
        if name in by_username
    ]
