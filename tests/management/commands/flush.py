"""`flush`, which runs after every test that commits: deletes the rows there are instead of making all tables anew, and
puts back what stood before the first test.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from django.core.management.commands import flush
from django.db import connection
from psycopg2 import sql

MADE_BY_MIGRATE = {"django_content_type", "auth_permission"}
SUPERUSER_URL = os.environ.get("DATABASE_SUPERUSER_URL")
_COLUMNS = (
    "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
    " and attgenerated = '' order by attnum"
)
# What every test finds: the columns of a table, and its rows as COPY writes them.
_standing: dict[str, tuple[sql.Composed, str]] = {}
# The superuser's connection: a new one would first have to learn what every table is, which takes longer than the rest.
_kept: list[Any] = []


class Command(flush.Command):
    """Keeps what each migrate makes, so that it need not be made again.

    A superuser may leave keys and triggers aside; where none is known, the tables are truncated as Django does it, and
    nothing is put back.
    """

    def handle(self, **options: Any) -> None:
        if not SUPERUSER_URL:
            return super().handle(**options)
        with _superuser() as cursor:
            cursor.execute("set local session_replication_role = replica")
            delete = [sql.SQL("delete from {}").format(sql.Identifier(table)) for table in _tables()]
            cursor.execute(sql.SQL("; ").join(delete))
            for table, (columns, rows) in _standing.items():
                into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), columns)
                cursor.copy_expert(into, io.StringIO(rows))
        return None


def keep_standing() -> None:
    """From now on every flush leaves the rows that are here now."""
    _standing.clear()
    if not SUPERUSER_URL:
        return
    with _superuser() as cursor:
        for table in _tables():
            cursor.execute(_COLUMNS, [f'"{table}"'])
            columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
            rows = io.StringIO()
            query = sql.SQL("copy (select {} from {}) to stdout").format(columns, sql.Identifier(table))
            cursor.copy_expert(query, rows)
            if rows.tell():
                _standing[table] = columns, rows.getvalue()


def leave() -> None:
    """The superuser leaves the database of the tests, which may then be dropped."""
    while _kept:
        _kept.pop().close()


@contextmanager
def _superuser() -> Iterator[Any]:
    """A transaction of a superuser in the database of the tests."""
    if not _kept:
        url = urlsplit(SUPERUSER_URL)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        _kept.append(psycopg2.connect(url))
    with _kept[0] as superuser, superuser.cursor() as cursor:
        yield cursor


def _tables() -> list[str]:
    """What a flush empties."""
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(found) - MADE_BY_MIGRATE)
