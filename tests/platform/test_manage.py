"""`manage.py`: which role logs in, and that SIGTERM is an orderly end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHO = "from django.db import connection as c; k = c.cursor(); k.execute('select session_user'); print(k.fetchone()[0])"


def manage(*arguments):
    environment = {name: value for name, value in os.environ.items() if name != "CRM_DATABASE_ROLE"}
    environment["DJANGO_SETTINGS_MODULE"] = "hospital_crm.settings"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, **pipes)


@pytest.mark.sql
def test_ordinary_commands_log_in_as_the_serving_role():
    said, errors = manage("shell", "--verbosity", "0", "-c", WHO).communicate(timeout=120)
    if 'database "crm_ci" does not exist' in errors:
        pytest.skip("this server has no database but the tests' own")
    assert said == "crm_app\n"


@pytest.mark.sql
def test_terminated_command_ends_in_order():
    waiting = "import atexit, sys; atexit.register(print, 'orderly'); print('up', flush=True); sys.stdin.read()"
    process = manage(
        "shell", "--verbosity", "0", "-c", f"import time; {waiting.replace('sys.stdin.read()', 'time.sleep(90)')}"
    )
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (128 + signal.SIGTERM, "orderly\n")
