"""Rights in the Django admin of a hospital: who grants what to whom, and what is kept apart."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.domain import rights
from accounts.domain.staff import bring_staff
from accounts.domain.staff_shapes import StaffRow
from accounts.models import (
    AuditEvent,
    Hospital,
    Role,
    StaffRole,
)
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient, actor_of, client_of


def test_administrator_grants_no_rights_to_himself_or_at_all(admin: MountedClient, cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        physician = Role.objects.get(code="physician")
    for staff in (cast.deng, cast.li):
        answer = admin.post("admin/accounts/staffrole/add/", {"staff": staff.pk, "role": physician.pk})
        assert answer.status_code == 403
    change = f"admin/accounts/role/{physician.pk}/change/"
    assert admin.post(change, {"name": "医师", "capabilities": ["patients.view"]}).status_code == 403
    with hospital_scope(north):
        assert not StaffRole.objects.filter(role=physician).exists()
        assert Role.objects.get(pk=physician.pk).capabilities == physician.capabilities


def test_security_officer_grants_and_withdraws_with_a_record(
    officer: MountedClient, cast: Cast, north: Hospital
) -> None:
    with hospital_scope(north):
        role = Role.objects.get(code="agent")
    assert officer.post("admin/accounts/staffrole/add/", {"staff": cast.li.pk, "role": role.pk}).status_code == 302
    with hospital_scope(north):
        link = StaffRole.objects.get(staff=cast.li, role=role)
        assert link.granted_by == cast.an
    officer.post(f"admin/accounts/staffrole/{link.pk}/delete/", {"post": "yes"})
    with hospital_scope(north):
        assert not StaffRole.objects.filter(pk=link.pk).exists()
        events = AuditEvent.objects.filter(verb__prefix="accounts.role.", staff_id=cast.an.pk).order_by("id")
        assert [(event.verb, event.object_id) for event in events] == [
            ("accounts.role.grant", str(cast.li.pk)),
            ("accounts.role.withdraw", str(cast.li.pk)),
        ]


def test_security_officer_grants_nothing_to_himself(officer: MountedClient, cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        role = Role.objects.get(code="physician")
    answer = officer.post("admin/accounts/staffrole/add/", {"staff": cast.an.pk, "role": role.pk})
    assert list(answer.context["adminform"].form.errors) == ["staff"]
    with hospital_scope(north):
        own = StaffRole.objects.get(staff=cast.an)
    assert officer.post(f"admin/accounts/staffrole/{own.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("role_code", "capabilities", "accepted"),
    [
        ("nurse", ["patients.list", "patients.view"], True),
        ("nurse", ["patients.view", "admin.organisation"], False),
        ("hospital_admin", ["admin.organisation", "admin.roles"], False),
        ("auditor", ["audit.read", "patients.clinical"], False),
        ("security_officer", ["admin.roles", "security.rights"], True),
    ],
)
def test_bundles_keep_administration_apart(
    officer: MountedClient, north: Hospital, role_code: str, capabilities: list[str], accepted: bool
) -> None:
    with hospital_scope(north):
        role = Role.objects.get(code=role_code)
    answer = officer.post(f"admin/accounts/role/{role.pk}/change/", {"name": role.name, "capabilities": capabilities})
    with hospital_scope(north):
        now = Role.objects.get(pk=role.pk).capabilities
    assert (answer.status_code, now == sorted(capabilities)) == ((302, True) if accepted else (200, False))


@pytest.mark.parametrize("role_code", ["auditor", "security_officer", "nurse"])
def test_one_person_holds_no_two_kinds_of_administration(
    officer: MountedClient, cast: Cast, north: Hospital, role_code: str
) -> None:
    with hospital_scope(north):
        role = Role.objects.get(code=role_code)
    answer = officer.post("admin/accounts/staffrole/add/", {"staff": cast.deng.pk, "role": role.pk})
    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, ["role"])
    with hospital_scope(north):
        with pytest.raises(PermissionDenied):
            rights.grant(StaffRole(staff=cast.deng, role=role), actor=actor_of(cast.an))
        brought = bring_staff([StaffRow(2, cast.deng.name, cast.deng.staff_number, roles=role_code)])
        assert (len(brought.problems), cast.deng.role_links.count()) == (1, 1)


def test_bundle_of_a_role_mixes_nothing_for_who_holds_it(officer: MountedClient, cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        agent, nurse = Role.objects.get(code="agent"), Role.objects.get(code="nurse")
        StaffRole.objects.create(staff=cast.sun, role=nurse)
    answer = officer.post(
        f"admin/accounts/role/{agent.pk}/change/", {"name": agent.name, "capabilities": ["audit.read"]}
    )
    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, ["capabilities"])


def test_first_administrator_and_officer_are_two_people(operator: Client) -> None:
    form = {"slug": "east", "name": "东方医院", "timezone": "Asia/Shanghai", "language": "zh-hans"}
    for kind in ("administrator", "officer"):
        form |= {f"{kind}_name": "同一人", f"{kind}_username": "one.east"}
    answer = operator.post("/platform/accounts/hospital/add/", form)
    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, ["officer_username"])


def test_withdrawn_role_grants_nothing_from_the_next_request_on(cast: Cast, north: Hospital) -> None:
    client = client_of(cast.li)
    assert client.get("me/").status_code == 200
    with hospital_scope(north):
        StaffRole.objects.filter(staff=cast.li).delete()
    assert client.get("me/").status_code == 403
