"""The embedded Valkey (Redis): one process behind a private socket, every write kept in its append-only file."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from . import process
from .errors import EmbeddedError
from .paths import Layout, make_private

READY, LOADING, SILENT = "ready", "loading", "silent"


def socket_path(layout: Layout) -> Path:
    """The socket that clients connect to."""
    return layout.sockets / "valkey.sock"


def start(layout: Layout, timeout: float) -> None:
    """Start the server if it does not answer and wait until it has read its file; at most `timeout` seconds."""
    make_private(layout.sockets, layout.user)
    make_private(layout.valkey_data, layout.user)
    starting = None
    if _answer(layout) == SILENT:
        _stop_lost_server(layout)
        starting = _spawn(layout)
    _wait_until_ready(layout, starting, timeout)


def stop(layout: Layout) -> None:
    """Ask the server to write its file and end; nothing to do where it does not run."""
    with contextlib.suppress(OSError), _connection(layout, patience=10) as connection:
        connection.sendall(b"SHUTDOWN\r\n")
        connection.recv(64)  # the server closes the connection when it is done


def _answer(layout: Layout) -> str:
    try:
        with _connection(layout, patience=3) as connection:
            connection.sendall(b"PING\r\n")
            return READY if connection.recv(16).startswith(b"+PONG") else LOADING
    except TimeoutError:
        return LOADING
    except OSError:
        return SILENT


@contextlib.contextmanager
def _connection(layout: Layout, patience: float):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(patience)
        connection.connect(str(socket_path(layout)))
        yield connection


def _spawn(layout: Layout) -> subprocess.Popen[bytes]:
    socket_path(layout).unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": socket_path(layout),
        "unixsocketperm": "700",
        "dir": layout.valkey_data,
        "pidfile": _pid_file(layout),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    command = [str(layout.valkey_program)]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    with open(_log(layout), "ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, **process.process_options(layout))


def _wait_until_ready(layout: Layout, starting: subprocess.Popen[bytes] | None, timeout: float) -> None:
    end = time.monotonic() + timeout
    while _answer(layout) != READY:
        if (starting and starting.poll() is not None) or time.monotonic() > end:
            raise EmbeddedError(f"Valkey does not start:\n{_log(layout).read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)


def _stop_lost_server(layout: Layout) -> None:
    """End a server that lives but has lost its socket: two on one append-only file would destroy it."""
    try:
        pid = int(_pid_file(layout).read_text())
    except (FileNotFoundError, ValueError):
        return
    if not _is_ours(pid):
        return
    os.kill(pid, signal.SIGTERM)
    for _ in range(100):
        if not _is_ours(pid):
            return
        time.sleep(0.1)
    raise EmbeddedError(f"An earlier Valkey (process {pid}) does not end; end it by hand and start again")


def _is_ours(pid: int) -> bool:
    return bool(process.is_running_as(pid, "valkey-server"))


def _pid_file(layout: Layout) -> Path:
    return layout.valkey_data / "pid"


def _log(layout: Layout) -> Path:
    return layout.valkey_data / "server.log"
