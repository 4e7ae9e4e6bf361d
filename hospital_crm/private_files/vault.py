"""Encrypted files on disk, in a folder per hospital and use, under unguessable names. Every backup holds them."""

import os
import secrets
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from hospital_crm.crypto import decrypt_stream, encrypt_stream

SWEPT_AFTER_HOURS = 24


def keep(parts: Iterable[bytes], *, hospital_id: int, folder: str) -> str:
    """Keep an encrypted copy of these bytes; answers the name under which it lies."""
    name = secrets.token_urlsafe(32)
    place = _folder(hospital_id, folder)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _created(place / name) as target:
        encrypt_stream(iter(parts), target)
        target.flush()
        os.fsync(target.fileno())
    return name


def opened(name: str, *, hospital_id: int, folder: str) -> Iterator[bytes]:
    """The bytes in the clear, piece by piece. Refuses (FileNotFoundError) what is gone, (CannotDecrypt) what was
    changed.
    """
    if not name:
        raise FileNotFoundError
    with (_folder(hospital_id, folder) / name).open("rb") as source:
        yield from decrypt_stream(source)


def remove(name: str, *, hospital_id: int, folder: str) -> None:
    """Delete a kept file; one that is gone is no fault."""
    if name:
        (_folder(hospital_id, folder) / name).unlink(missing_ok=True)


def sweep(folder: str, *, hospital_id: int, known: Collection[str]) -> int:
    """Delete what no row knows; answers how many. What is younger than a day may belong to work not yet committed."""
    before = time.time() - SWEPT_AFTER_HOURS * 3600
    strays = [path for path in _folder(hospital_id, folder).glob("*") if path.name not in known]
    old = [path for path in strays if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder(hospital_id: int, folder: str) -> Path:
    return settings.PRIVATE_FILES_DIR / str(hospital_id) / folder


def _created(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
