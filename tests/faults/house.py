"""A whole house in a folder of its own: engines, web, worker, beat, as separate processes that a test may kill."""

import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.accounts.factories import PASSWORD
from tests.embedded.conftest import PROJECT, Client, engine_pids, query, start_client

PATIENCE = 120.0

# What every piece of code run in the house starts with.
PRELUDE = """
import json, sys, time
import django; django.setup()
from django.utils import timezone
from accounts.models import Hospital, StaffMember
from hospital_crm.tenancy.scope import hospital_scope
north = Hospital.objects.get(slug="north")
given = json.loads(sys.argv[1])
"""


class Answer(NamedTuple):
    """A page: status (0: nobody answered), text, headers, seconds."""

    status: int
    text: str
    headers: dict[str, str]
    seconds: float


class House:
    """One installation with hospital North and nurse Li in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.keepers: list[Client] = [start_client(folder)]
        self.urls = self.keepers[0].urls()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("DATABASE_", "CRM_", "REDIS_"))
            },
            "CRM_DATA_DIR": str(folder),
            # Given addresses: a process that starts while an engine is down must not start the engine.
            "DATABASE_URL": self.urls.database_app,
            "DATABASE_OWNER_URL": self.urls.database_owner,
            "DATABASE_SUPERUSER_URL": self.urls.database_superuser,
            "REDIS_URL": self.urls.redis,
            "DJANGO_SETTINGS_MODULE": "hospital_crm.settings",
            "PYTHONPATH": str(PROJECT),
        }

    def furnish(self) -> None:
        """Tables, hospital North, nurse Li."""
        for command in (["migrate", "-v0"], ["create_hospital", "north", "--name", "北方医院"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=self.environment, check=True)
        self.python(
            "from tests.cast import PARTS, hire\n"
            "from accounts.models import HospitalSettings\n"
            "with hospital_scope(north):\n"
            "    HospitalSettings.objects.update(care_from_hour=0, care_until_hour=24)  # results at any hour\n"
            "    li = hire('li', PARTS['li']); li.email = 'li@north.invalid'; li.save()"
        )

    def python(self, code: str, **given: Any) -> Any:
        """Runs code in a process of its own, as a page or a command would; answers with what it put into `result`."""
        script = f"{PRELUDE}\nresult = None\n{code}\nprint('RESULT', json.dumps(result))"
        command = [sys.executable, "-c", script, json.dumps(given)]
        done = subprocess.run(
            command, cwd=PROJECT, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.rpartition("RESULT ")[2])

    def start(self, name: str, *command: str, **environment: str) -> None:
        """Starts a process in a group of its own."""
        with open(self.log_of(name), "ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=PROJECT,
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_web(self) -> None:
        """Two processes with threads, as in production."""
        self.start(
            "web", "gunicorn", "hospital_crm.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "4",
            "--bind", f"127.0.0.1:{self.port}",
        )  # fmt: skip
        self.wait_for(lambda: self.get("/healthz").status == 200, "the web server")

    def start_worker(self, **environment: str) -> None:
        """One worker for all queues; ready when it says so."""
        before = self.log("worker").count("ready.")
        self.start(
            "worker", "celery", "-A", "hospital_crm", "worker", "-Q", "interactive,default,bulk,webhooks",
            "--concurrency", "2", "--without-gossip", "--without-mingle", **environment,
        )  # fmt: skip
        self.wait_for(lambda: self.log("worker").count("ready.") > before, "the worker")

    def start_beat(self) -> None:
        """Beat without a state file."""
        self.start("beat", "celery", "-A", "hospital_crm", "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=")

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> int:
        """Ends a process. SIGKILL takes its children with it, as a machine that loses power would."""
        process = self.processes.pop(name)
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        return process.wait(PATIENCE)

    def kill_engine(self, name: str) -> None:
        """SIGKILL for "postgres" or "valkey"."""
        os.kill(engine_pids(self.folder)[name], signal.SIGKILL)
        self.wait_for(lambda: name not in engine_pids(self.folder), f"the end of {name}")

    def restart_engines(self) -> None:
        """Starts whichever engine is down."""
        self.keepers.append(start_client(self.folder))
        self.keepers[-1].urls()

    def close(self) -> None:
        """Ends everything."""
        for name in list(self.processes):
            self.stop(name, signal.SIGKILL)
        if len(engine_pids(self.folder)) < 2:
            self.restart_engines()
        for keeper in self.keepers:
            keeper.leave()

    def log_of(self, name: str) -> Path:
        """Where a process logs."""
        return self.folder / f"{name}.log"

    def log(self, name: str) -> str:
        """What a process has logged."""
        path = self.log_of(name)
        return path.read_text(errors="replace") if path.exists() else ""

    def rows(self, statement: str) -> list[tuple]:
        """Asks the database past all walls."""
        return query(self.urls.database_superuser, statement)

    def wait_for(self, what: Callable[[], Any], name: str, seconds: float = PATIENCE) -> Any:
        """Waits until `what()` is true and answers with it."""
        end = time.monotonic() + seconds
        while not (found := what()):
            dead = [name for name, process in self.processes.items() if process.poll() is not None]
            assert not dead, f"{dead[0]} ended by itself:\n{self.log(dead[0])[-3000:]}"
            assert time.monotonic() < end, f"waited {seconds:.0f} s for {name}\n" + "\n".join(
                f"== {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in sorted(self.folder.glob("*.log"))
            )
            time.sleep(0.1)
        return found

    def get(self, path: str, **headers: str) -> Answer:
        """A page, without sign-in."""
        return Browser(self).get(path, **headers)

    def signed_in(self) -> "Browser":
        """A browser in which nurse Li has signed in."""
        browser = Browser(self)
        browser.get("/accounts/login/")
        answer = browser.post("/accounts/login/", {"login": "li", "password": PASSWORD})
        assert answer.status == 200, answer
        assert browser.get("/north/messages/").status == 200
        return browser


class Browser:
    """Keeps its cookies and follows redirects."""

    def __init__(self, house: House) -> None:
        self.base = f"http://127.0.0.1:{house.port}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return self._ask(urllib.request.Request(self.base + path, headers=headers))

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """POST with the token of the cookie."""
        token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), "")
        body = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token}).encode()
        return self._ask(urllib.request.Request(self.base + path, data=body, headers={"Referer": self.base}))

    def _ask(self, request: urllib.request.Request) -> Answer:
        started = time.monotonic()
        try:
            with self.opener.open(request, timeout=60) as page:
                return Answer(page.status, page.read().decode(), dict(page.headers), time.monotonic() - started)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(), dict(error.headers), time.monotonic() - started)
        except OSError:
            return Answer(0, "", {}, time.monotonic() - started)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def heading(text: str) -> str:
    """The first heading of a page."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    return found[1].strip() if found else ""
