"""What a worker has begun and done since it claimed a batch, in a file of its own beside the database.

A batch is claimed and recorded in one transaction each; between them the worker writes a line before each message
leaves and one with its outcome after. Whoever finds a batch whose worker is dead reads the file: what was done is
recorded, what was not begun is planned again, and only the one message that was begun and not done is unknown.

A worker holds a lock on its file, which ends with the process. Lines are not forced to the disk: what a process has
written outlives its death by any signal, and only a machine that goes down loses it. So the name carries the start of
the machine, and a file of an earlier start is not believed: the whole batch is unknown then, as it is where the file
is gone. Containers with a folder each share the start of their machine and the small numbers of their processes; by
what is drawn at random, none takes the file of another for its own. Lines hold numbers of rows and answers of servers,
nothing of a person.
"""

import fcntl
import json
import os
import platform
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from messaging.gateways.base import Outcome
from messaging.models import Reason, State

_SUFFIX = ".journal"


def folder() -> Path:
    """Where the journals of this machine lie."""
    found: Path = settings.DATA_DIR / "outbox"
    return found


def this_start() -> str:
    """The start of the machine, which no other has and which ends when it goes down; its name where it has no such
    number.
    """
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return re.sub(r"[^A-Za-z0-9-]", "-", platform.node())[:40]


class Journal:
    """The file of one worker, made and locked when it first sends."""

    def __init__(self) -> None:
        folder().mkdir(parents=True, exist_ok=True)
        while True:
            self.name = f"{this_start()}.{os.getpid()}.{secrets.token_hex(8)}"
            self._file = os.open(folder() / (self.name + _SUFFIX), os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
            if _locked(self._file) and os.fstat(self._file).st_nlink and not os.fstat(self._file).st_size:
                return
            os.close(self._file)

    def open_batch(self, hospital_id: int) -> None:
        """A batch of this hospital is about to be claimed."""
        self._write(f"H {hospital_id}\n")

    def begin(self, message_id: int) -> None:
        """This message is about to leave."""
        self._write(f"B {message_id}\n")

    def done(self, message_id: int, outcome: Outcome) -> None:
        """The other side has answered."""
        told = [str(outcome.state), str(outcome.reason), outcome.detail, outcome.provider_reference]
        self._write(f"D {message_id} {json.dumps(told)}\n")

    def close_batch(self) -> None:
        """All of it is recorded and committed."""
        os.ftruncate(self._file, 0)

    def leave(self) -> None:
        """Gives the file up, so that somebody else settles what is written in it."""
        os.close(self._file)

    def remove(self) -> None:
        """A worker ends in order: nothing is left to settle."""
        (folder() / (self.name + _SUFFIX)).unlink(missing_ok=True)
        os.close(self._file)

    def _write(self, line: str) -> None:
        os.write(self._file, line.encode())


@dataclass
class Found:
    """A journal whose worker is gone. `is_believed`: it was written since the machine started."""

    name: str
    is_believed: bool
    hospitals: set[int] = field(default_factory=set)
    begun: set[int] = field(default_factory=set)
    done: dict[int, Outcome] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)

    @property
    def is_settled(self) -> bool:
        """Every hospital in it has been settled, so that the file may go."""
        return self.hospitals <= self.settled


def abandoned() -> Iterator[Found]:
    """The journals of this machine whose workers are gone, each held while it is looked at; those settled by then are
    removed.
    """
    for path in sorted(folder().glob("*" + _SUFFIX)):
        try:
            handle = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            continue
        try:
            if not _locked(handle) or not os.fstat(handle).st_nlink:
                continue
            found = _read(path)
            yield found
            if found.is_settled:
                path.unlink(missing_ok=True)
        finally:
            os.close(handle)


def is_here(name: str) -> bool:
    """Whether there is a file of this name: its worker lives, or it will be read."""
    return bool(name) and (folder() / (name + _SUFFIX)).exists()


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path) -> Found:
    """What stands in a file; a line that a kill has cut off says nothing."""
    name = path.name.removesuffix(_SUFFIX)
    found = Found(name, name.startswith(this_start() + "."))
    text = path.read_text(errors="replace")
    for line in text[: text.rfind("\n") + 1].splitlines():
        kind, _blank, rest = line.partition(" ")
        if kind == "H":
            found.hospitals.add(int(rest))
        elif kind == "B":
            found.begun.add(int(rest))
        elif kind == "D":
            number, _blank, told = rest.partition(" ")
            state, reason, detail, reference = json.loads(told)
            found.done[int(number)] = Outcome(State(state), Reason(reason), detail, reference)
    return found
