"""PostgreSQL's own dump and restore, as the role that owns the tables (row-level security does not hold for it)."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction

from hospital_crm.embedded import EmbeddedError
from hospital_crm.embedded.paths import postgres_program

HEAD = 40  # lines; a dump begins with its settings
# All tables, functions and extensions of the application.
CLEAR = "drop schema public cascade; create schema public; grant usage on schema public to public;"
MISCOUNTED = "The database does not hold as many rows as the backup says"
UNKNOWN_SETTINGS = b"SET transaction_timeout"


class BackupError(RuntimeError):
    """Backup or restore did not happen; the message says why."""


@contextmanager
def one_moment() -> Iterator[str]:
    """A transaction that sees one moment, with the name by which pg_dump sees the same."""
    connection.close()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_export_snapshot()")
        yield cursor.fetchone()[0]


def table_counts() -> dict[str, int]:
    """How many rows each table holds, as the current transaction sees it."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        tables = [name for (name,) in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f"select count(*) from {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def server_version() -> int:
    """The major version of the server."""
    with connection.cursor() as cursor:
        cursor.execute("show server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def dump(target: Path, moment: str) -> None:
    """Write the database as of that moment, in PostgreSQL's compressed custom format."""
    _run("pg_dump", "--format=custom", f"--snapshot={moment}", "--no-comments", f"--file={target}")


def restore(source: Path, *, rows: Mapping[str, int]) -> None:
    """Put the dump in the place of everything that is there, in one transaction: all of it or nothing. `rows`: how many
    each table must then hold; where they differ, what was there stays.

    Through psql, so that a dump made by newer programs can leave out the settings an older server does not know.
    """
    connection.close()
    script = [_program("pg_restore"), "--no-owner", "--file=-", str(source)]
    filling = [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    options: dict[str, Any] = {"env": _environment(), "stderr": subprocess.PIPE}
    with (
        subprocess.Popen(script, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, **options) as reading,
        subprocess.Popen(filling, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, **options) as writing,
    ):
        with contextlib.suppress(BrokenPipeError):
            _copy_in_transaction(reading, writing, _counted(rows))
        _require("psql", writing, otherwise=reading.kill)
        _require("pg_restore", reading)


def _counted(rows: Mapping[str, int]) -> str:
    """A statement that fails unless exactly these tables are there with so many rows each."""
    name = connection.ops.quote_name
    wrong = [f"(select count(*) from pg_catalog.pg_tables where schemaname = 'public') <> {len(rows)}"]
    wrong += [f"(select count(*) from public.{name(table)}) <> {int(count)}" for table, count in rows.items()]
    return f"do $$ begin if {' or '.join(wrong)} then raise exception '{MISCOUNTED}'; end if; end $$;\n"


def _copy_in_transaction(
    reading: subprocess.Popen[bytes], writing: subprocess.Popen[bytes], last_statement: str
) -> None:
    """Commit only what was read to its end and passes `last_statement`; until then everybody sees what was there."""
    assert reading.stdout and writing.stdin
    writing.stdin.write(f"begin;\n{CLEAR}\n".encode())
    _copy_known(reading.stdout, writing.stdin)
    if reading.wait() == 0:
        writing.stdin.write(f"{last_statement}commit;\n".encode())


def _require(program: str, process: subprocess.Popen[bytes], otherwise: Callable[[], None] = lambda: None) -> None:
    _, said = process.communicate()
    if process.returncode:
        otherwise()
        raise BackupError(f"{program} failed: {said.decode(errors='replace').strip()[-2000:]}")


def _copy_known(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy a script, leaving out of its head the settings that PostgreSQL 15 and 16 do not know."""
    for line in islice(source, HEAD):
        if not line.startswith(UNKNOWN_SETTINGS):
            target.write(line)
    shutil.copyfileobj(source, target)


def is_empty() -> bool:
    """Whether the database holds no table."""
    with connection.cursor() as cursor:
        cursor.execute("select not exists (select from pg_tables where schemaname = 'public')")
        return bool(cursor.fetchone()[0])


def _run(program: str, *arguments: str) -> None:
    command = [_program(program), *arguments]
    done = subprocess.run(
        command, check=False, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-2000:]}")


def _program(name: str) -> str:
    """The program of the embedded package (the newest PostgreSQL, which reads older servers), else the one on PATH."""
    try:
        return str(postgres_program(name))
    except (EmbeddedError, FileNotFoundError):
        if found := shutil.which(name):
            return found
    raise BackupError(f"{name} is not installed (Debian: apt install postgresql-client)")


def _environment() -> dict[str, str]:
    """The connection in variables: a password on the command line could be read by every user of the machine."""
    settings = connection.settings_dict
    variables = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
        "PGSSLMODE": settings["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": settings["OPTIONS"].get("sslrootcert", ""),
    }
    return os.environ | {name: str(value) for name, value in variables.items() if value}
