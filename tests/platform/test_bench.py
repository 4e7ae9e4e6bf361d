"""The benchmarks run in an empty folder: what they load keeps up with the models. Times are not looked at here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.pages import PAGES

ROOT = Path(__file__).resolve().parents[2]


def bench(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment.pop("CRM_DATABASE_ROLE", None)
    environment |= {"DJANGO_SETTINGS_MODULE": "hospital_crm.settings", "CRM_DATA_DIR": str(folder)}
    command = [sys.executable, "manage.py", "bench", *arguments, "--json"]
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
    assert done.stdout.startswith("{"), done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.timeout(660)
def test_pages_are_asked_for_in_a_hospital_made_anew(tmp_path):
    said = bench(tmp_path, "pages", "--patients", "3000", "--orders", "4000", "--repeat", "1", "--only", "workbench")
    assert sorted(said["pages"]) == sorted(entry.name for entry in PAGES if "workbench" in entry.name)
    assert said["too_many"] == []
