"""The embedded PostgreSQL: made once, started when nobody has, reached through a private socket and never by TCP."""

import os
import shlex
import shutil
import time
from pathlib import Path

from . import process
from .errors import EmbeddedError
from .paths import Layout, make_private

_MEGABYTE = 2**20


def _memory() -> int:
    """Megabytes of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEGABYTE


# A quarter of the memory for its own pages, as its manual advises, two gigabytes at most.
_SHARED = max(128, min(2048, _memory() // 4))

SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": f"{_SHARED}MB",
    "effective_cache_size": f"{2 * _SHARED}MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_min_messages": "warning",
}
ACCEPTING, REFUSING, SILENT = 0, 1, 2  # exit codes of pg_isready
SOCKET_NAME = ".s.PGSQL.5432"
ATTEMPTS = 5  # backends of a killed postmaster hold its shared memory for a moment


def start(layout: Layout, timeout: float) -> None:
    """Make the cluster if there is none, start the server if it does not answer; at most `timeout` seconds a try."""
    make_private(layout.sockets, layout.user)
    if not (layout.postgres_data / "PG_VERSION").exists():
        _make_cluster(layout)
    if not _is_accepting(layout, timeout):
        _start_server(layout, timeout)


def stop(layout: Layout) -> None:
    """Stop the server, ending the connections that are left; nothing to do where it does not run."""
    if _answer(layout) != SILENT:
        process.run(layout, [*_pg_ctl(layout), "stop", "-w", "-m", "fast"], accepted=(0, 1))


def _is_accepting(layout: Layout, timeout: float) -> bool:
    """Whether the server takes connections; one that recovers or stops is given `timeout` seconds to decide."""
    end = time.monotonic() + timeout
    while (answer := _answer(layout)) == REFUSING and time.monotonic() < end:
        time.sleep(0.1)
    return answer == ACCEPTING


def _answer(layout: Layout) -> int:
    """Ask the socket: `pg_ctl status` believes a zombie or a recycled pid to be the server."""
    if not (layout.postgres_data / "postmaster.pid").exists():
        return SILENT
    question: list[str | Path] = [layout.postgres_programs / "pg_isready", "-q", "-h", layout.sockets, "-t", "10"]
    return process.run(layout, question, accepted=(ACCEPTING, REFUSING, SILENT))


def _make_cluster(layout: Layout) -> None:
    """initdb beside the final place, then one rename: a killed initdb never looks like a cluster."""
    if layout.postgres_data.exists():
        raise EmbeddedError(f"{layout.postgres_data} exists but is no PostgreSQL cluster; move it away")
    for leftover in layout.data.glob(f"{layout.postgres_data.name}.making-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh = layout.data / f"{layout.postgres_data.name}.making-{os.getpid()}-{time.time_ns()}"
    make_private(fresh, layout.user)
    options: list[str | Path] = ["-D", fresh, "-U", "postgres", "--auth=trust", "--no-sync", "--no-instructions"]
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # the package has no ICU
    process.run(layout, [layout.postgres_programs / "initdb", *options, *locale])
    fresh.rename(layout.postgres_data)


def _start_server(layout: Layout, timeout: float) -> None:
    options = " ".join(shlex.quote(f"--{name}={value.strip(chr(39))}") for name, value in SETTINGS.items())
    options += f" -k {shlex.quote(str(layout.sockets))}"
    log = layout.postgres_data / "server.log"
    command: list[str | Path] = [*_pg_ctl(layout), "start", "-w", "-t", str(int(timeout)), "-l", log, "-o", options]
    for attempt in range(1, ATTEMPTS + 1):
        _forget_dead_server(layout)
        try:
            process.run(layout, command)
            return
        except EmbeddedError as error:
            if attempt == ATTEMPTS:
                raise EmbeddedError(f"PostgreSQL does not start. {error}\n{_tail(log)}") from error
            time.sleep(1)


def _pg_ctl(layout: Layout) -> list[str | Path]:
    return [layout.postgres_programs / "pg_ctl", "-D", layout.postgres_data]


def _forget_dead_server(layout: Layout) -> None:
    """Remove postmaster.pid when its number belongs to a zombie or to another program (container restarts).

    A server that lives but has lost its socket (a cleaned temporary folder) is stopped: nobody could reach it.
    """
    pid_file = layout.postgres_data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    is_ours = process.is_running_as(pid, str(layout.postgres_data))
    if is_ours is False:
        pid_file.unlink()
    elif is_ours and not (layout.sockets / SOCKET_NAME).exists():
        process.run(layout, [*_pg_ctl(layout), "stop", "-w", "-m", "fast"], accepted=(0, 1))


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:] if log.exists() else ""
