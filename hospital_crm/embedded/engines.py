"""Attaching a process to the engines, and the last one out stops them.

Every client process holds a shared lock on `use.lock`; the kernel drops it even at kill -9, so nobody has to count.
`start.lock` lets one process at a time start or stop. Children forked by a client share its lock.
"""

import atexit
import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from . import bootstrap, postgres, valkey
from .errors import EmbeddedError
from .paths import Layout, layout_for

DEFAULT_TIMEOUT = 60.0  # seconds; recovery after a crash may need them
_held: dict[Path, IO[str]] = {}


@dataclass(frozen=True)
class Urls:
    """Where the engines answer: the database as each login role, and Redis. Folders inside are percent-encoded."""

    database_app: str
    database_owner: str
    database_superuser: str
    redis: str


def attach(data_dir: Path, *, with_postgres: bool = True, with_valkey: bool = True) -> Urls:
    """Use the engines under `data_dir` until this process ends, starting them if nobody has; safe to call again.

    EmbeddedError where they cannot run here (no unprivileged user, folder not writable, program missing).
    """
    layout = layout_for(data_dir)
    use_lock = _held.get(layout.data) or _open_lock(layout.data / "use.lock")
    timeout = float(os.environ.get("CRM_EMBEDDED_START_TIMEOUT", DEFAULT_TIMEOUT))
    with _starting(layout):
        fcntl.flock(use_lock, fcntl.LOCK_SH)
        if with_postgres:
            postgres.start(layout, timeout)
            bootstrap.ensure_database(layout)
        if with_valkey:
            valkey.start(layout, timeout)
    if layout.data not in _held:
        _held[layout.data] = use_lock
        atexit.register(_detach, layout, os.getpid())
    return _urls(layout)


def _detach(layout: Layout, attached_pid: int) -> None:
    """Let go; stop the engines when no other process uses them. A forked child leaves that to its parent."""
    if os.getpid() != attached_pid:
        return
    _held.pop(layout.data).close()
    with _starting(layout), open(layout.data / "use.lock", "a+") as use_lock, contextlib.suppress(BlockingIOError):
        fcntl.flock(use_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        valkey.stop(layout)
        postgres.stop(layout)


@contextlib.contextmanager
def _starting(layout: Layout) -> Iterator[None]:
    with _open_lock(layout.data / "start.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open_lock(path: Path) -> IO[str]:
    try:
        return open(path, "a+")
    except PermissionError:
        raise EmbeddedError(f"{path} belongs to another user; set CRM_DATA_DIR to a folder of your own") from None


def _urls(layout: Layout) -> Urls:
    host = quote(str(layout.sockets))
    database = f"{{role}}@/{bootstrap.DATABASE}?host={host}"
    return Urls(
        database_app="postgres://" + database.format(role="crm_app"),
        database_owner="postgres://" + database.format(role="crm_owner"),
        database_superuser="postgres://" + database.format(role="postgres"),
        redis=f"unix://{quote(str(valkey.socket_path(layout)))}?db=0",
    )
