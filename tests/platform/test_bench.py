"""The benchmarks run in an empty folder: what they load keeps up with the models. Times are not looked at here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.pages import PAGES

ROOT = Path(__file__).resolve().parents[2]


def run(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment.pop("CRM_DATABASE_ROLE", None)
    environment |= {"DJANGO_SETTINGS_MODULE": "hospital_crm.settings", "CRM_DATA_DIR": str(folder)}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)


def bench(folder, *arguments):
    done = run(folder, "bench", *arguments, "--json")
    assert done.stdout.startswith("{"), done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Empty at first; the later ones find engines and tables there."""
    return tmp_path_factory.mktemp("bench")


@pytest.mark.timeout(660)
def test_pages_are_asked_for_in_a_hospital_made_anew(folder):
    said = bench(folder, "pages", "--patients", "3000", "--orders", "4000", "--repeat", "1", "--only", "workbench")
    assert sorted(said["pages"]) == sorted(entry.name for entry in PAGES if "workbench" in entry.name)
    assert said["too_many"] == []


HOSPITALS = (
    "from accounts.models import Hospital; print('left:', list(Hospital.objects.values_list('slug', flat=True)))"
)


@pytest.mark.timeout(660)
def test_lists_and_planning_leave_no_hospital_behind(folder):
    said = bench(folder, "import_discharges", "--rows", "300")
    assert (said["stays_in_table"], said["changed_by_repeat"]) == (said["stays_created"], 0)
    assert bench(folder, "plan_followups", "--stays", "200")["planned_again_created"] == 0
    assert hospitals_left(folder) == "left: []"


@pytest.mark.timeout(660)
def test_messages_leave_no_hospital_behind(folder):
    said = bench(folder, "hl7", "--messages", "60", "--connections", "2")
    assert (said["kept"], said["refused"], said["changed_by_repeat"]) == (60, 0, 0)
    assert bench(folder, "fhir", "--patients", "10")["people"] == 10
    mails = bench(folder, "receive_mail", "--messages", "40")
    assert (mails["new"], mails["new_again"], mails["changed_by_repeat"]) == (40, 0, 0)
    assert hospitals_left(folder) == "left: []"


def hospitals_left(folder):
    return run(folder, "shell", "--no-imports", "-c", HOSPITALS).stdout.splitlines()[-1]
