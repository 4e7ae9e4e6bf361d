"""The role that serves: no superuser, past no policy, owner of nothing; refused in production when it is."""

import psycopg2
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from hospital_crm.configuration import database
from hospital_crm.tenancy import checks

pytestmark = [pytest.mark.tenancy, pytest.mark.sql, pytest.mark.django_db]


@pytest.fixture
def as_serving_role(monkeypatch: pytest.MonkeyPatch):
    """A connection as the serving role to the database of the tests, in place of the owner's."""
    import os

    known = database(os.environ["DATABASE_URL"])
    there = psycopg2.connect(
        dbname=connection.settings_dict["NAME"],
        user=known["USER"],
        password=known["PASSWORD"],
        host=known["HOST"],
        port=known["PORT"] or None,
    )
    yield there
    there.close()


def test_serving_role_is_neither_superuser_nor_bypasses_nor_owns(as_serving_role, monkeypatch) -> None:
    with as_serving_role.cursor() as cursor:
        cursor.execute("select session_user")
        assert cursor.fetchone() == ("crm_app",)
    monkeypatch.setattr(checks, "connection", as_serving_role)
    assert checks.serving_role_problems() == []
    checks.refuse_unsafe_role()


@pytest.mark.parametrize("role", ["crm_owner", "postgres", "crm_platform"])
def test_serving_role_becomes_nobody_else(as_serving_role, role: str) -> None:
    with as_serving_role.cursor() as cursor:
        if role == "crm_platform":  # entered on purpose, for work across hospitals; never inherited
            cursor.execute("select pg_has_role('crm_app', 'crm_platform', 'usage')")
            assert cursor.fetchone() == (False,)
            return
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(f"set role {role}")


def test_owner_of_the_tables_may_not_serve(db) -> None:
    assert settings.DATABASE_ROLE == "owner"
    assert checks.serving_role_problems() == ["owns the tables"]
    with pytest.raises(ImproperlyConfigured):
        checks.refuse_unsafe_role()
