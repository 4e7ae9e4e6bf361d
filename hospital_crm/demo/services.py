"""The processes of a running demo: web, worker, beat. They start together and end together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hospital_crm.queues import QUEUES

PATIENCE = 90.0  # seconds until the first page must answer
FAREWELL = 15.0  # seconds until a service that does not end is killed
FIRST_PAGES = ("healthz", "accounts/login/")


class ServiceError(RuntimeError):
    """A service ended, or never answered; the message carries the end of its log."""


@dataclass
class Services:
    """The running processes by name, and where they log."""

    logs: Path
    environment: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        """Start one service in its own session: Ctrl-C reaches only the supervisor."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with open(self._log(name), "wb") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def require_all(self) -> None:
        """ServiceError when one has ended."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise ServiceError(f"{name} ended with code {process.returncode}:\n{self.last_words(name)}")

    def stop(self) -> None:
        """Ask every service to end, then wait for all; one that does not end is killed and named."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        end = time.monotonic() + FAREWELL
        for name, process in self.processes.items():
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                print(f"{name} did not end and was killed", file=sys.stderr)
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def last_words(self, name: str) -> str:
        """The end of a service's log."""
        return "\n".join(self._log(name).read_text(errors="replace").splitlines()[-15:])


def start_web(services: Services, port: int) -> None:
    """The pages, on the loopback address alone."""
    options = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--preload", "--no-control-socket"]
    services.start("web", "gunicorn", "hospital_crm.wsgi", *options, "--bind", f"127.0.0.1:{port}")


def start_background(services: Services) -> None:
    """One worker for all queues, and beat without a state file."""
    celery = ("celery", "-A", "hospital_crm")
    queues = ("-Q", ",".join(QUEUES), "--concurrency", "2", "--without-gossip", "--without-mingle")
    services.start("worker", *celery, "worker", "--loglevel", "info", *queues)
    services.start("beat", *celery, "beat", "--loglevel", "info", "--scheduler", "celery.beat:Scheduler", "--pidfile=")


def wait_until_answering(services: Services, port: int) -> None:
    """Return when the health page and the sign-in page answer 200; ServiceError at a page that fails or is too late."""
    end = time.monotonic() + PATIENCE
    for page in FIRST_PAGES:
        while (status := _status(f"http://127.0.0.1:{port}/{page}")) != 200:
            services.require_all()
            if status == 500 or time.monotonic() > end:
                raise ServiceError(f"/{page} does not answer (status {status}):\n{services.last_words('web')}")
            time.sleep(0.1)


def is_free(port: int) -> bool:
    """Whether nobody listens on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _status(address: str) -> int:
    """The answer's status; 0 where nobody answers yet."""
    try:
        with urllib.request.urlopen(address, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0
