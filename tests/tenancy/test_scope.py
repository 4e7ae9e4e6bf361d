"""Whose data: the two walls, entered together and left without a trace."""

import pytest
from django.db import IntegrityError, connection, transaction
from django_scopes.exceptions import ScopeError

from accounts.models import Department
from hospital_crm.tenancy.scope import current_hospital, hospital_scope, no_hospital_scope, required_hospital
from tests.accounts.factories import DepartmentFactory

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def database_identity() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("select current_user, coalesce(current_setting('app.hospital_id', true), '')")
        return cursor.fetchone()


def names() -> list[str]:
    return list(Department.objects.order_by("name").values_list("name", flat=True))


def names_by_sql() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select name from accounts_department order by name")
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture
def departments(north, south):
    for hospital, name in ((north, "心内科"), (south, "综合内科")):
        with hospital_scope(hospital):
            DepartmentFactory(name=name)


def test_scope_shows_own_rows_only_to_orm_and_sql(north, south, departments):
    with hospital_scope(north):
        assert names() == names_by_sql() == ["心内科"]
    with hospital_scope(south):
        assert names() == names_by_sql() == ["综合内科"]


def test_without_scope_the_orm_raises(north, departments):
    with pytest.raises(ScopeError):
        names()


def test_outside_hospitals_sql_sees_no_rows(north, departments):
    with no_hospital_scope():
        assert names_by_sql() == []
        assert database_identity() == ("crm_app", "")


def test_no_hospital_scope_is_refused_inside_a_hospital(in_north):
    with pytest.raises(RuntimeError), no_hospital_scope():
        pass


def test_leaving_puts_role_and_setting_back(north):
    before = database_identity()
    with hospital_scope(north):
        assert database_identity() == ("crm_app", str(north.pk))
    assert database_identity() == before


def test_nested_scope_wins_and_the_outer_returns(north, south, departments):
    with hospital_scope(north):
        with hospital_scope(south):
            assert (names_by_sql(), current_hospital()) == (["综合内科"], south)
        assert (names_by_sql(), current_hospital()) == (["心内科"], north)


def test_exception_inside_restores(north, departments):
    before = database_identity()
    with pytest.raises(ZeroDivisionError), hospital_scope(north):
        raise ZeroDivisionError
    assert (database_identity(), current_hospital()) == (before, None)


def test_integrity_error_inside_a_savepoint_leaves_the_scope_usable(in_north):
    DepartmentFactory(name="骨科")
    with pytest.raises(IntegrityError), transaction.atomic():
        DepartmentFactory(name="骨科")
    assert names() == ["骨科"]


def test_new_row_takes_the_hospital_of_the_scope(in_north):
    assert DepartmentFactory().hospital == in_north


def test_sql_cannot_insert_for_another_hospital(north, south):
    insert = "insert into accounts_station (hospital_id, name, address, is_active) values (%s, '站', '', true)"
    with hospital_scope(north), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        connection.cursor().execute(insert, [south.pk])


def test_sql_cannot_move_a_row_to_another_hospital(north, south, departments):
    with hospital_scope(north), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        connection.cursor().execute("update accounts_department set hospital_id = %s", [south.pk])


def test_serving_role_cannot_become_owner(in_north):
    with connection.cursor() as cursor:
        cursor.execute("select pg_has_role('crm_app', 'crm_owner', 'member')")
        assert cursor.fetchone() == (False,)


def test_required_hospital_outside_a_scope_raises(db):
    with pytest.raises(LookupError):
        required_hospital()
