"""Kept files: encrypted, per hospital, gone when their row is."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from hospital_crm.crypto import CannotDecrypt
from hospital_crm.private_files import vault

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Private files of this test alone."""
    settings.PRIVATE_FILES_DIR = tmp_path
    return tmp_path


def kept(content: bytes = b"secret") -> str:
    return vault.keep([content], hospital_id=7, folder="x")


def test_a_kept_file_is_encrypted_and_comes_back(folder: Path) -> None:
    name = kept()
    path = folder / "7" / "x" / name
    assert (len(name), path.stat().st_mode & 0o777, b"secret" in path.read_bytes()) == (43, 0o600, False)
    assert b"".join(vault.opened(name, hospital_id=7, folder="x")) == b"secret"


def test_what_was_changed_on_disk_is_refused(folder: Path) -> None:
    path = folder / "7" / "x" / kept()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(CannotDecrypt):
        list(vault.opened(path.name, hospital_id=7, folder="x"))


@pytest.mark.parametrize("name", ["", "gone"])
def test_what_is_gone_is_refused_and_removed_twice_without_fault(folder: Path, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        list(vault.opened(name, hospital_id=7, folder="x"))
    vault.remove(name, hospital_id=7, folder="x")


def test_the_sweep_takes_what_no_row_knows_after_a_day(folder: Path) -> None:
    known, young, old = kept(), kept(), kept()
    for name in (known, old):
        os.utime(folder / "7" / "x" / name, (time.time() - 25 * 3600,) * 2)
    assert vault.sweep("x", hospital_id=7, known={known}) == 1
    assert {path.name for path in (folder / "7" / "x").glob("*")} == {known, young}
    assert vault.sweep("y", hospital_id=7, known=set()) == 0
