"""Uploaded lists at rest: nothing stays in the clear, no backup holds it, and files go after a month."""

import contextlib
import datetime as dt
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import AuditEvent, Hospital
from hospital_crm.backup import archive
from integrations.domain import batches, files
from integrations.models import ImportBatch
from tests.cast import actor_of
from tests.integrations.lists import csv_bytes, row

# Reads a list as a worker does, says where it lies, and waits to be killed.
READER = """
import sys, time
import django
from django.conf import settings
from pathlib import Path
django.setup()
settings.PRIVATE_FILES_DIR = Path(sys.argv[1])
from integrations.domain import files
with files._private_file() as path:
    path.write_text("list")
    print(path, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Private files of this test alone."""
    settings.PRIVATE_FILES_DIR = tmp_path
    return tmp_path


def made_long_ago(path: Path) -> None:
    os.utime(path, (time.time() - 3600,) * 2)


def test_what_a_killed_reader_left_is_swept_and_what_is_read_stays(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=settings.BASE_DIR,
    ) as reader:
        assert reader.stdout is not None
        path = Path(reader.stdout.readline().strip())
        made_long_ago(path)
        assert (files.sweep(), path.exists()) == (0, True)
        reader.kill()
        reader.wait()
        assert (files.sweep(), path.exists()) == (1, False)


def test_what_was_made_just_now_stays(folder: Path) -> None:
    with files._private_file() as path:
        path.write_text("list")
        (folder / "in-work" / "new").write_text("list")
        assert files.sweep() == 0
        made_long_ago(path)
        assert files.sweep() == 0
    assert not path.exists()


@pytest.fixture
def uploaded(in_north: Hospital, cast: Any, folder: Path) -> ImportBatch:
    """A list of the information officer."""
    content = csv_bytes([row()])
    return batches.take_in(
        [content],
        size=len(content),
        file_name="list.csv",
        kind=ImportBatch.Kind.DISCHARGES,
        actor=actor_of(cast.he),
        now=timezone.now(),
    )


@pytest.mark.django_db
def test_files_go_after_a_month_and_what_nobody_brought_in_is_discarded(
    uploaded: ImportBatch, in_north: Hospital, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    def kept() -> int:
        return len([path for path in (folder / str(in_north.pk)).rglob("*") if path.is_file()])

    with django_capture_on_commit_callbacks(execute=True):
        assert batches.forget_files(in_north, uploaded.created_at + dt.timedelta(days=30)) == 0
    assert kept() == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert batches.forget_files(in_north, uploaded.created_at + dt.timedelta(days=30, seconds=1)) == 1
    uploaded.refresh_from_db()
    assert (kept(), uploaded.stored_as, uploaded.state) == (0, "", "discarded")
    assert AuditEvent.objects.get(verb="integrations.batch.forget").detail == {"lists": 1}
    with pytest.raises(FileNotFoundError), files.plain_copy(uploaded.stored_as, in_north):
        pass


def test_no_backup_holds_what_is_read_in_the_clear(folder: Path, tmp_path: Path, monkeypatch: Any) -> None:
    (folder / "7" / "imports").mkdir(parents=True)
    (folder / "7" / "imports" / "sealed").write_text("sealed")
    monkeypatch.setattr(archive.database, "one_moment", contextlib.nullcontext)
    monkeypatch.setattr(archive.database, "dump", lambda target, moment: target.write_text("rows"))
    monkeypatch.setattr(archive, "_description", lambda now: {"format": 1})
    with files._private_file() as path:
        path.write_text("clear")
        target = tmp_path.parent / f"{tmp_path.name}.tar"
        archive.make_backup(target, now=timezone.now())
    with tarfile.open(target) as found:
        names = {member.name for member in found if member.isfile()}
    assert names == {"manifest.json", "database.dump", "files/7/imports/sealed"}
