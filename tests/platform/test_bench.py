"""The benchmarks run in an installation without people: what they load keeps up with the models. Times are not looked
at here.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.db import ProgrammingError, connection

from benchmarks import own_database
from benchmarks.pages import PAGES
from tests import database

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(660)]
ROOT = Path(__file__).resolve().parents[2]


def run(installation, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, check=False, cwd=ROOT, env=installation, capture_output=True, text=True, timeout=600)


def bench(installation, *arguments):
    done = run(installation, "bench", *arguments, "--json")
    assert done.stdout.startswith("{"), done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def installation(django_db_setup, django_db_blocker):
    """The environment of an installation with tables and nobody in them, a copy of what the workers copy: making
    tables anew takes longer than these benchmarks.
    """
    usual = f"{connection.settings_dict['NAME']}_bench"
    copies = {usual: None, f"{usual}_bench_tables": own_database.sources()}
    with django_db_blocker.unblock(), connection.creation._nodb_cursor() as cursor:
        template = database.migrated()
        for name, state in copies.items():
            cursor.execute(f'drop database if exists "{name}" with (force)')
            cursor.execute(f'create database "{name}" template "{template}"')
            cursor.execute(f'comment on database "{name}" is %s', [state])
        addresses = {
            url: urlsplit(os.environ[url])._replace(path=f"/{quote(usual)}").geturl()
            for url in ("DATABASE_URL", "DATABASE_OWNER_URL")
        }
        environment = {**os.environ, **addresses, "CRM_EMBEDDED": "", "DJANGO_SETTINGS_MODULE": "hospital_crm.settings"}
        environment.pop("CRM_DATABASE_ROLE", None)
        yield environment
        cursor.execute("select datname from pg_database where starts_with(datname, %s)", [usual])
        for (name,) in cursor.fetchall():
            drop(cursor, name)


def drop(cursor: Any, name: str) -> None:
    """Drops a database; a process of the server's own that is in it, as one that cleans up, leaves within seconds."""
    for _second in range(30):
        try:
            cursor.execute(f'drop database "{name}" with (force)')
            return
        except ProgrammingError:
            time.sleep(1)
    raise AssertionError(f"{name} is in use")


def test_pages_are_asked_for_in_a_hospital_made_anew(installation):
    said = bench(
        installation, "pages", "--patients", "3000", "--orders", "4000", "--repeat", "1", "--only", "workbench"
    )
    assert sorted(said["pages"]) == sorted(entry.name for entry in PAGES if "workbench" in entry.name)
    assert said["too_many"] == []


HOSPITALS = (
    "from accounts.models import Hospital; print('left:', list(Hospital.objects.values_list('slug', flat=True)))"
)


def test_lists_and_planning_leave_no_hospital_behind(installation):
    said = bench(installation, "import_discharges", "--rows", "300")
    assert (said["stays_in_table"], said["changed_by_repeat"]) == (said["stays_created"], 0)
    assert bench(installation, "plan_followups", "--stays", "200")["planned_again_created"] == 0
    assert hospitals_left(installation) == "left: []"


def test_messages_leave_no_hospital_behind(installation):
    said = bench(installation, "hl7", "--messages", "60", "--connections", "2")
    assert (said["kept"], said["refused"], said["changed_by_repeat"]) == (60, 0, 0)
    assert bench(installation, "fhir", "--patients", "10")["people"] == 10
    mails = bench(installation, "receive_mail", "--messages", "40")
    assert (mails["new"], mails["new_again"], mails["changed_by_repeat"]) == (40, 0, 0)
    assert hospitals_left(installation) == "left: []"


def hospitals_left(installation):
    return run(installation, "shell", "--no-imports", "-c", HOSPITALS).stdout.splitlines()[-1]
