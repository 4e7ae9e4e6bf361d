"""The role that serves: no superuser, past no policy, owner of nothing; refused in production when it is."""

import os
import subprocess
import sys
from unittest.mock import Mock
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.backends.signals import connection_created

from hospital_crm.configuration import database
from hospital_crm.tenancy import checks

pytestmark = [pytest.mark.tenancy, pytest.mark.sql, pytest.mark.django_db]


@pytest.fixture
def as_serving_role(monkeypatch: pytest.MonkeyPatch):
    """A connection as the serving role to the database of the tests, in place of the owner's."""
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
    checks.refuse_unsafe_role(connection=as_serving_role)


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
    connection_created.connect(checks.refuse_unsafe_role)
    wrapper = Mock()
    for _time in range(2):
        with pytest.raises(ImproperlyConfigured):
            connection_created.send(sender=type(wrapper), connection=wrapper)
    connection_created.disconnect(checks.refuse_unsafe_role)
    assert wrapper.close.call_count == 2


SERVE = """
import sys
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
environment = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "crm.example.org",
               "SERVER_PORT": "443", "wsgi.url_scheme": "https", "HTTP_X_FORWARDED_PROTO": "https",
               "HTTP_HOST": "crm.example.org", "wsgi.input": __import__("io").BytesIO(), "wsgi.errors": sys.stderr}
for _ in range(3):
    answer = []
    try:
        application(dict(environment), lambda status, headers, exc_info=None: answer.append(status))
    except ValueError:  # the page of the error needs collected static files
        answer = ["500"]
    print(answer[0][:3])
"""
START = {
    "web": "import hospital_crm.wsgi",
    "worker": "import hospital_crm.celery, celery.signals as s; s.worker_init.send(sender='w')",
    "beat": "import hospital_crm.celery, celery.signals as s; s.beat_init.send(sender='b')",
}


def in_production(code: str, *, role: str, address: str = "DATABASE_OWNER_URL") -> subprocess.CompletedProcess:
    """A process of production on the database of the tests."""
    url = urlsplit(os.environ[address])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    secrets = dict.fromkeys(("CRM_SECRET_KEY", "CRM_FIELD_KEYS", "CRM_HASH_KEY"), "k" * 44)
    environment = {
        **os.environ,
        **secrets,
        "DJANGO_SETTINGS_MODULE": "hospital_crm.settings",
        "CRM_PRODUCTION": "1",
        "CRM_ALLOWED_HOSTS": "crm.example.org",
        "CRM_DATABASE_ROLE": role,
        "CRM_EMBEDDED": "",
        "PYTHONWARNINGS": "ignore",
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_no_request_is_answered_as_the_owner(db) -> None:
    served = in_production(SERVE, role="app")
    assert served.stdout.split() == ["500", "500", "500"], served.stderr


@pytest.mark.parametrize("process", START)
def test_process_with_the_role_of_the_owner_does_not_start(db, process: str) -> None:
    started = in_production(START[process], role="owner")
    assert (started.returncode, "the serving database role owns the tables" in started.stderr) == (1, True)


def test_process_with_the_serving_role_starts(db) -> None:
    started = in_production(START["web"], role="app", address="DATABASE_URL")
    assert (started.returncode, started.stderr) == (0, "")
