"""Uploaded lists at rest: encrypted (`hospital_crm.private_files.vault`), never under a media URL.

In the clear a list lies only while a process reads it, in the folder `in-work`, which no backup holds. Whoever reads it
holds a lock that dies with the process: what nobody holds was left by a process that was killed, and is swept.
"""

import contextlib
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from accounts.models import Hospital
from hospital_crm.crypto import pieces
from hospital_crm.private_files import vault
from integrations.readers.tabular.sniff import refuse_too_large

_JUST_MADE_SECONDS = 60
_FOLDER = "imports"


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a file lies, and what it was."""

    name: str
    size: int
    sha256: str


@contextlib.contextmanager
def plain_upload(parts: Iterable[bytes], max_bytes: int) -> Iterator[tuple[Path, str]]:
    """The uploaded bytes as a file that only this process can read, with its hash; gone afterwards.

    Refuses (TooLarge) more than `max_bytes` as soon as they have come.
    """
    with _private_file() as path:
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as file:
            for part in parts:
                size += len(part)
                refuse_too_large(size, max_bytes)
                digest.update(part)
                file.write(part)
        yield path, digest.hexdigest()


def store(path: Path, hospital: Hospital) -> str:
    """Keep an encrypted copy; answers the name under which it lies."""
    with path.open("rb") as source:
        return vault.keep(pieces(source), hospital_id=hospital.pk, folder=_FOLDER)


@contextlib.contextmanager
def plain_copy(name: str, hospital: Hospital) -> Iterator[Path]:
    """The stored file in the clear for as long as it is read. Refuses (FileNotFoundError) one that is gone."""
    with _private_file() as path:
        with path.open("wb") as target:
            for piece in vault.opened(name, hospital_id=hospital.pk, folder=_FOLDER):
                target.write(piece)
        yield path


def remove(name: str, hospital: Hospital) -> None:
    """Delete a stored file; one that is gone is no fault."""
    vault.remove(name, hospital_id=hospital.pk, folder=_FOLDER)


def sweep() -> int:
    """Removes clear copies whose reader is gone; answers how many. One made just now may not be locked yet."""
    removed = 0
    for path in list(_in_work().glob("*")):
        with contextlib.suppress(FileNotFoundError, IsADirectoryError), path.open("rb") as file:
            if time.time() - path.stat().st_mtime > _JUST_MADE_SECONDS and _is_free(file):
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _is_free(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _in_work() -> Path:
    return settings.PRIVATE_FILES_DIR / settings.CLEAR_FILES


@contextlib.contextmanager
def _private_file() -> Iterator[Path]:
    folder = _in_work()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
        os.close(handle)
