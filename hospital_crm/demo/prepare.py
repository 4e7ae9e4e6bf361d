"""Everything between an empty folder and a loaded demo. Runs as the role that owns the tables.

When neither code nor database has changed since the last time, nothing is imported and nothing is asked twice: a second
start is as fast as the engines and the first page.
"""

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from hospital_crm import embedded
from hospital_crm.demo import accounts
from hospital_crm.demo.console import say, step

BASE_DIR = Path(__file__).resolve().parents[2]
STAMP = "demo-prepared.json"
UNFINISHED = "demo-loading"  # there while the demo is being loaded
LOG = Path("log") / "prepare.log"
_OTHERS = {".venv", "node_modules", "static", "tests", "var"}


class RefusedError(RuntimeError):
    """The demo will not do this; the message says why."""


def prepare(size: str, *, reset: bool, is_confirmed: bool) -> Path:
    """Start the engines, migrate, load the demo of `size` where there is none. Returns the data folder.

    Refuses to wipe a database that is not the embedded one unless confirmed.
    """
    with step("Starting PostgreSQL and Valkey"):
        embedded.attach_from_environment(BASE_DIR)
    if "DATABASE_OWNER_URL" not in os.environ:
        raise RefusedError("DATABASE_URL is given: DATABASE_OWNER_URL must name the role that owns the tables")
    data_dir = embedded.data_dir(BASE_DIR).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    if is_unfinished(data_dir) and not reset:
        say("  The last loading was interrupted: starting anew")
        reset = True
    if reset or not _is_prepared(data_dir):
        os.environ["CRM_DATABASE_ROLE"] = "owner"
        _set_up(data_dir, size, reset=reset, is_confirmed=is_confirmed)
        (data_dir / STAMP).write_text(json.dumps(_state()))
    elif accounts.loaded_size(data_dir) not in {"", size}:
        _say_other_size(data_dir, size)
    return data_dir


def is_unfinished(data_dir: Path) -> bool:
    """Whether the last loading of the demo broke off."""
    return (data_dir / UNFINISHED).exists()


def _is_prepared(data_dir: Path) -> bool:
    """Whether code, catalogues and database are as the last preparation left them."""
    try:
        return bool(json.loads((data_dir / STAMP).read_text()) == _state())
    except (FileNotFoundError, psycopg2.errors.UndefinedTable):
        return False


def _state() -> dict[str, str | int]:
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("select count(*) from django_migrations")
            migrations = cursor.fetchone()[0]
    finally:
        connection.close()
    facts = "\n".join(f"{path} {path.stat().st_mtime_ns}" for path in _sources())
    return {"sources": hashlib.sha256(facts.encode()).hexdigest(), "migrations": migrations}


def _sources() -> Iterator[Path]:
    for folder in sorted(BASE_DIR.iterdir()):
        if folder.is_dir() and folder.name not in _OTHERS and not folder.name.startswith("."):
            yield from sorted(path for path in folder.rglob("*.*") if path.suffix in {".py", ".po", ".sql"})


def _set_up(data_dir: Path, size: str, *, reset: bool, is_confirmed: bool) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    with _logged_to(data_dir / LOG):
        if reset:
            _wipe(data_dir, is_confirmed=is_confirmed)
        call_command("translations", "compile", verbosity=0)
        _refuse_other_tables()
        with step("Bringing the tables up to date"):
            call_command("migrate", verbosity=0, interactive=False)
        _load(data_dir, size)


@contextmanager
def _logged_to(path: Path) -> Iterator[None]:
    """What is logged meanwhile goes to a file beside the logs of the services: the console shows steps alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    streams = [one for one in logging.getLogger().handlers if isinstance(one, logging.StreamHandler)]
    with path.open("a", encoding="utf-8") as file:
        before = [(one, one.setStream(file)) for one in streams]
        try:
            yield
        finally:
            for one, stream in before:
                one.setStream(stream)


def _refuse_other_tables() -> None:
    """Tables that another line of the code made cannot be brought up to date: it knows steps that this one does not."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    unknown = {key for key in loader.applied_migrations if key[0] in loader.migrated_apps} - set(loader.disk_migrations)
    if unknown:
        raise RefusedError('The demo there was made by another version: make demo ARGS="--reset" makes it anew')


def _wipe(data_dir: Path, *, is_confirmed: bool) -> None:
    """Drop every table, every queued task and every private file."""
    if not (embedded.is_embedded("postgres") and embedded.is_embedded("valkey")) and not is_confirmed:
        raise RefusedError("--reset would delete all that DATABASE_URL and REDIS_URL hold; add --yes to do it")
    import redis
    from django.conf import settings
    from django.db import connection

    with step("Deleting what was there"):
        with connection.cursor() as cursor:
            cursor.execute("drop schema public cascade; create schema public; grant usage on schema public to public")
        redis.Redis.from_url(settings.REDIS_URL).flushdb()
        shutil.rmtree(settings.PRIVATE_FILES_DIR, ignore_errors=True)
        accounts.forget(data_dir)
        (data_dir / UNFINISHED).unlink(missing_ok=True)


def _load(data_dir: Path, size: str) -> None:
    """Load the demo into a database without hospitals. Until it is whole a mark stands: a broken one is replaced."""
    from django.core.management import CommandError, call_command

    from accounts.models import Hospital

    if not Hospital.objects.exists():
        say(f"  Loading the demo ({size})")
        (data_dir / UNFINISHED).touch()
        try:
            call_command("load_demo", size=size)
        except CommandError as error:
            raise RefusedError(f"The demo cannot be loaded: {error}") from error
        (data_dir / UNFINISHED).unlink()
    elif accounts.loaded_size(data_dir) not in {"", size}:
        _say_other_size(data_dir, size)


def _say_other_size(data_dir: Path, size: str) -> None:
    say(f"  The demo of size {accounts.loaded_size(data_dir)} is loaded; --reset would replace it by {size}.")
