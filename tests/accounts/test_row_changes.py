"""Row differences by trigger: what they see, what they leave out, who they name."""

import pytest
from django.db import connection

from accounts.models import Hospital, Role, RowChange, StaffMember, StaffRole
from hospital_crm.tenancy.row_audit import audited_models
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.factories import StaffMemberFactory, StaffRoleFactory
from tests.cast import Cast, client_of

pytestmark = pytest.mark.sql


def changes_of(model: type, *operations: str) -> list[tuple[str, dict]]:
    rows = RowChange.objects.filter(table_name=model._meta.db_table, operation__in=operations).order_by("id")
    return [(row.operation, row.changes) for row in rows]


def test_granting_and_taking_a_role_leaves_its_lines(in_north: Hospital) -> None:
    grant = StaffRoleFactory(role=Role.objects.get(code="auditor"))
    row_id, staff_id, role_id = grant.pk, grant.staff_id, grant.role_id
    grant.delete()
    rows = list(RowChange.objects.filter(table_name="accounts_staffrole").order_by("id"))
    assert [(row.operation, row.row_id) for row in rows] == [("INSERT", row_id), ("DELETE", row_id)]
    taken = rows[1].changes
    assert (taken["staff_id"], taken["role_id"]) == (staff_id, role_id)


def test_bulk_and_raw_updates_are_seen_with_before_and_after(in_north: Hospital) -> None:
    role = Role.objects.get(code="nurse")
    Role.objects.filter(pk=role.pk).update(name="护理员")
    with connection.cursor() as cursor:
        cursor.execute("update accounts_role set capabilities = '{patients.view}' where code = 'nurse'")
        cursor.execute("update accounts_role set name = name")
    first, second = changes_of(Role, "UPDATE")
    assert first == ("UPDATE", {"name": ["责任护士", "护理员"]})
    assert second[1]["capabilities"] == [sorted(role.capabilities), ["patients.view"]]


def test_many_rows_of_one_statement_are_one_line(in_north: Hospital) -> None:
    few = [StaffMemberFactory() for _ in range(2)]
    role = Role.objects.get(code="nurse")
    StaffRole.objects.bulk_create(StaffRole(staff=one, role=role) for one in few)
    assert [changes for _operation, changes in changes_of(StaffRole, "INSERT")] == [{}, {}]
    people = [StaffMemberFactory() for _ in range(21)]
    made = StaffRole.objects.bulk_create([StaffRole(staff=one, role=role) for one in people])
    last = RowChange.objects.filter(table_name="accounts_staffrole").latest("id")
    assert (last.row_id, last.changes) == (made[0].pk, {"rows": 21, "last_id": made[-1].pk})


def test_line_names_who_acted_and_in_which_request(cast: Cast, north: Hospital) -> None:
    client = client_of(cast.li)
    client.post(
        "me/",
        {"language": "", "theme": "dark", "email": "li@hospital.example"},
        headers={"X-Request-ID": "request-0001"},
    )
    with hospital_scope(north):
        row = RowChange.objects.filter(table_name="accounts_staffmember", operation="UPDATE").get()
    assert (row.user_id, row.staff_id, row.request_id) == (cast.li.user.pk, cast.li.pk, "request-0001")
    assert row.changes["email"] == ["", "li@hospital.example"]


def test_values_of_hidden_columns_are_never_copied(in_north: Hospital) -> None:
    from patients.models import Patient

    patient = Patient.objects.create(name="测试一", allergies="青霉素", py_initials="csy")
    patient.allergies = "无"
    patient.care_tier = "A"
    patient.save()
    Patient.objects.filter(pk=patient.pk).update(care_tier="B")
    assert changes_of(Patient, "UPDATE") == [("UPDATE", {"allergies": ["***", "***"]})]


def test_what_must_be_followed_is_followed() -> None:
    names = {model._meta.label for model in audited_models()}
    assert names >= {
        *("accounts.Role", "accounts.StaffRole", "accounts.StaffMember", "accounts.StaffWard", "accounts.Absence"),
        *("accounts.StaffDepartment", "accounts.HospitalSettings"),
        *("patients.Patient", "patients.ContactPoint", "patients.Relation", "patients.Identifier"),
        "followups.FollowUpOrder",
    }


def test_triggers_fit_the_registry_after_a_repeat(in_north: Hospital) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_trigger where tgname like 'row_audit_%'")
        assert cursor.fetchone()[0] == 3 * len(audited_models())


def test_a_row_of_south_leaves_its_line_at_south(north: Hospital, south: Hospital) -> None:
    with hospital_scope(south):
        StaffMemberFactory()
    with hospital_scope(north):
        assert changes_of(StaffMember, "INSERT") == []
    with hospital_scope(south):
        assert len(changes_of(StaffMember, "INSERT")) == 1
