"""Policies, composite keys and grants come from the model registry and stay what it says."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Department, StaffDepartment, Ward
from hospital_crm.tenancy import checks, walls
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.factories import DepartmentFactory, StaffMemberFactory

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def run(sql: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def test_database_holds_every_wall_of_the_registry(db):
    assert checks.wall_problems() == []


def test_check_names_a_missing_policy_and_the_hook_brings_it_back(db):
    run("drop policy hospital_rows on accounts_department")
    assert checks.wall_problems() == [("tenancy.E003", "no policy on accounts_department")]
    walls.raise_walls()
    assert checks.wall_problems() == []


def test_check_names_a_missing_key_and_the_hook_brings_it_back(db):
    key = walls.CompositeKey("accounts_ward", "department_id", "accounts_department")
    with connection.cursor() as cursor:
        name = walls.existing_keys(cursor)[key]
    run(f'alter table accounts_ward drop constraint "{name}"')
    assert checks.wall_problems() == [("tenancy.E004", "no composite key accounts_ward.department_id")]
    walls.raise_walls()
    assert checks.wall_problems() == []


def test_hook_drops_a_key_the_registry_no_longer_asks_for(db):
    run(
        "alter table accounts_station add constraint stale foreign key (hospital_id, id)"
        " references accounts_department (hospital_id, id)"
    )
    walls.raise_walls()
    assert run("select 1 from pg_constraint where conname = 'stale'") == []


def test_table_without_its_wall_is_unreachable(north):
    run("create table planted (id bigint, hospital_id bigint)")
    with hospital_scope(north), pytest.raises(Exception, match="permission denied"), transaction.atomic():
        run("select * from planted")


def test_table_with_a_hospital_is_walled_even_without_a_model(north):
    run("create table planted (id bigint, hospital_id bigint)")
    run("insert into planted values (1, %s), (2, %s)", north.pk, north.pk + 1)
    walls.raise_walls()
    with hospital_scope(north):
        assert run("select id from planted") == [(1,)]


def test_reference_to_a_row_of_another_hospital_is_refused(north, south):
    with hospital_scope(south):
        foreign = DepartmentFactory()
    with hospital_scope(north), pytest.raises(IntegrityError), transaction.atomic():
        Ward.objects.create(name="病区", department_id=foreign.pk)


def test_model_of_the_serving_role_cannot_change_what_is_append_only(in_north):
    rights = run(
        "select privilege_type from information_schema.role_table_grants"
        " where grantee = 'crm_app' and table_name = 'accounts_auditevent'"
    )
    assert set(rights) == {("INSERT",), ("SELECT",)}
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        run("update accounts_auditevent set verb = 'x'")


def test_link_between_two_own_rows_is_accepted(in_north):
    link = StaffDepartment.objects.create(staff=StaffMemberFactory(), department=DepartmentFactory())
    assert link.hospital == in_north


def test_uniqueness_is_per_hospital_and_checked_before_the_database(north, south):
    for hospital in (north, south):
        with hospital_scope(hospital):
            DepartmentFactory(name="眼科")
            with pytest.raises(Exception, match="__all__"):
                Department(name="眼科").full_clean()


def test_registry_has_no_relation_that_could_cross_hospitals(db):
    assert checks.tenant_relations() == []


def test_every_table_of_a_hospital_has_an_index_that_begins_with_the_hospital_and_goes_on(db):
    begins = run(
        "select i.indrelid::regclass::text, i.indnatts, i.indisunique from pg_index i join pg_attribute a"
        " on a.attrelid = i.indrelid and a.attnum = i.indkey[0] where a.attname = 'hospital_id'"
    )
    tables = {model._meta.db_table for model in walls.tenant_models()}
    assert tables - {table for table, columns, is_unique in begins if columns > 1 or is_unique} == set()
    assert [table for table, columns, is_unique in begins if columns == 1 and not is_unique] == []
