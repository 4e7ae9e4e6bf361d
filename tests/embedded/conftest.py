"""A folder of its own for every test, and processes that attach to the engines in it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
import redis

from hospital_crm.embedded import Urls
from hospital_crm.embedded.paths import layout_for

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # seconds


@dataclass
class Client:
    """One attached process."""

    process: subprocess.Popen[str]

    def urls(self) -> Urls:
        """Wait until the process is attached."""
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return Urls(**json.loads(line))

    def leave(self) -> None:
        """End in order."""
        self.process.communicate(timeout=PATIENCE)

    def send(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


@pytest.fixture
def data_dir():
    """A folder that the engines' user can reach (pytest's own are private); whatever runs in it is stopped after."""
    folder = Path(tempfile.mkdtemp(prefix="crm-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    if engine_pids(folder):
        start_client(folder).leave()
    shutil.rmtree(folder)


@pytest.fixture
def attach_client(data_dir):
    """Start a client process on the test's folder; those still there are killed at the end."""
    clients = []

    def start() -> Client:
        clients.append(start_client(data_dir))
        return clients[-1]

    yield start
    for client in clients:
        if client.process.poll() is None:
            client.send(signal.SIGKILL)


def start_client(folder: Path) -> Client:
    command = [sys.executable, "-m", "tests.embedded.client", str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return Client(subprocess.Popen(command, cwd=PROJECT, text=True, **pipes))


def query(url: str, statement: str) -> list[tuple]:
    """Run one statement and commit it."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def redis_at(urls: Urls) -> redis.Redis:
    return redis.Redis.from_url(urls.redis)


def engine_pids(folder: Path) -> dict[str, int]:
    """The process ids of the engines that live under `folder`."""
    layout, pids = layout_for(folder), {}
    for name, file in (("postgres", layout.postgres_data / "postmaster.pid"), ("valkey", layout.valkey_data / "pid")):
        try:
            pid = int(file.read_text().split()[0])
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, IndexError):
            continue
        if state != "Z":
            pids[name] = pid
    return pids


def kill_engines(folder: Path) -> None:
    for pid in engine_pids(folder).values():
        os.kill(pid, signal.SIGKILL)
