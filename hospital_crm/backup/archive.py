"""The archive: a tar of `manifest.json`, `database.dump` and the private files under `files/`, without the clear copies
that are being read.

The manifest names the moment, the versions, the number of rows in every table, and the SHA-256 of every member.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from hospital_crm.backup import database
from hospital_crm.backup.database import BackupError

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"


def make_backup(target: Path, *, now: datetime) -> dict[str, Any]:
    """Write one archive that only its owner may read; returns the manifest. The target appears whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        work = Path(folder)
        with database.one_moment() as moment:
            manifest = _description(now)
            database.dump(work / DUMP, moment)
        if Path(settings.PRIVATE_FILES_DIR).is_dir():
            clear = shutil.ignore_patterns(settings.CLEAR_FILES)
            shutil.copytree(settings.PRIVATE_FILES_DIR, work / FILES, ignore=clear, copy_function=_copy)
        manifest["sha256"] = _sums(work)
        (work / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True))
        with tarfile.open(work / "archive", "w") as archive:
            for name in (MANIFEST, DUMP, FILES):
                if (work / name).exists():
                    archive.add(work / name, arcname=name)
        (work / "archive").chmod(0o600)
        os.replace(work / "archive", target)
    return manifest


def restore_backup(source: Path, *, replace: bool) -> dict[str, Any]:
    """Bring database and private files back as they were; returns the manifest.

    Refuses a damaged or foreign archive before it touches anything, and a database or folder that holds something
    unless `replace` is set. Migrate afterwards: that raises walls and grants, and brings an older backup up to date.
    """
    files = Path(settings.PRIVATE_FILES_DIR)
    files.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=files.parent, prefix=".restore-") as folder:
        work = Path(folder)
        manifest = _opened(source, work)
        is_free = database.is_empty() and not (files.is_dir() and any(files.iterdir()))
        if not is_free and not replace:
            raise BackupError("There is data here that the restore would replace; give --yes to replace it")
        database.restore(work / DUMP, rows=manifest["rows"])
        shutil.rmtree(files, ignore_errors=True)
        if (work / FILES).is_dir():
            (work / FILES).rename(files)
    return manifest


def _copy(source: str, target: str) -> None:
    """Copy one private file; one that was deleted since the folder was listed is no fault."""
    with contextlib.suppress(FileNotFoundError):
        shutil.copy2(source, target)


def _description(now: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "at": now.isoformat(timespec="seconds"),
        "postgresql": database.server_version(),
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        "rows": database.table_counts(),
    }


def _opened(source: Path, work: Path) -> dict[str, Any]:
    """Unpack the archive and check every member against the manifest."""
    try:
        with tarfile.open(source, "r:") as archive:
            for member in archive:
                _unpack(archive, member, work)
        manifest: dict[str, Any] = json.loads((work / MANIFEST).read_text())
    except (OSError, tarfile.TarError, ValueError) as error:
        raise BackupError(f"{source} is not a readable backup: {error}") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{source} has format {manifest.get('format')}; this version reads {FORMAT}")
    if _sums(work) != manifest["sha256"]:
        raise BackupError(f"{source} is damaged: its members do not match the manifest")
    return manifest


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, work: Path) -> None:
    """Write one ordinary file below `work`; links and paths that lead elsewhere are refused."""
    target = (work / member.name).resolve()
    if not target.is_relative_to(work.resolve()) or not (member.isfile() or member.isdir()):
        raise ValueError(f"unexpected member {member.name}")
    if content := archive.extractfile(member):
        target.parent.mkdir(parents=True, exist_ok=True)
        with content, open(target, "wb") as file:
            shutil.copyfileobj(content, file)


def _sums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file except the manifest, by its path in the archive."""
    members = (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / MANIFEST)
    return {str(path.relative_to(folder)): _sum(path) for path in members}


def _sum(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
