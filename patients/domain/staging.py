"""Many rows at once under row-level security: COPY into a temporary table, then one statement from there.

COPY straight into a walled table is refused by PostgreSQL, so rows are staged in a table of this transaction only.
Columns that are not staged get the model's own defaults, so that a model may grow without this file.
"""

import datetime as dt
import decimal
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.models import GeneratedField, UUIDField
from django.db.models.fields import NOT_PROVIDED

from hospital_crm.tenancy.scope import required_hospital

# The hospital in scope, as PostgreSQL knows it. Not a constant on purpose: of a hospital whose rows are younger than
# the statistics the planner would expect one row, and read all of them once per lookup.
HOSPITAL = "nullif(current_setting('app.hospital_id', true), '')::bigint"

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def stage(name: str, columns: dict[str, str], rows: Iterable[Sequence[Any]], *, with_statistics: bool = True) -> None:
    """Fill the temporary table `name` (made anew) with rows; `columns`: name → SQL type, in the order of the values.

    A table that is only inserted from, or joined `one_by_one`, can do without statistics.
    """
    definition = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"drop table if exists pg_temp.{name}")
        cursor.execute(f"create temporary table {name} ({definition}) on commit drop")
        cursor.copy_expert(f"copy pg_temp.{name} from stdin", _copy_text(rows))
        if with_statistics:
            cursor.execute(f"analyze pg_temp.{name}")


@contextmanager
def one_by_one() -> Iterator[None]:
    """Rows joined to staged ones are looked up through their index, one by one.

    Of a young hospital, or of rows written a moment ago, the planner knows too little and would read a whole table for
    every chunk.
    """
    executed("select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)")
    yield
    executed("select set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true)")


def insert_staged(
    name: str,
    model: type[models.Model],
    columns: Sequence[str],
    *,
    constants: Mapping[str, Any] | None = None,
    tail: str = "",
) -> int:
    """Insert the staged rows into the model's table for the hospital in scope, and answer how many went in.

    `constants`: columns that are the same in every row. `tail`: what follows the SELECT (WHERE, ON CONFLICT).
    """
    fixed = {name: ("%s", [value]) for name, value in (constants or {}).items()}
    fixed |= _fixed_columns(model, {*columns, *fixed})
    table = model._meta.db_table
    names = ", ".join([*columns, *fixed])
    values = ", ".join([*columns, *(sql for sql, _ in fixed.values())])
    params = [value for _, given in fixed.values() for value in given]
    with connection.cursor() as cursor:
        cursor.execute(f"insert into {table} ({names}) select {values} from pg_temp.{name} {tail}", params)
        return cursor.rowcount


def update_staged(model: type[models.Model], columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Set these columns of rows of the hospital in scope. `rows`: the id, then the values in the order of `columns`."""
    table = model._meta.db_table
    stage("staged_values", {"id": "bigint", **columns}, rows, with_statistics=False)
    values = ", ".join(f"{column} = s.{column}" for column in columns)
    with one_by_one():
        executed(
            f"update {table} t set {values} from pg_temp.staged_values s where t.id = s.id and t.hospital_id = %s",
            [required_hospital().pk],
        )


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for rows that are about to be inserted."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def fetched(sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def executed(sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> None:
    """Run a statement that answers no rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _fixed_columns(model: type[models.Model], columns: Collection[str]) -> dict[str, tuple[str, list[Any]]]:
    """The columns that are not staged: the hospital, and the defaults of the model."""
    fixed: dict[str, tuple[str, list[Any]]] = {}
    for field in model._meta.concrete_fields:
        column = field.column
        if column is None or column in columns or isinstance(field, (GeneratedField, models.AutoField)):
            continue
        if column == "hospital_id":
            fixed[column] = ("%s", [required_hospital().pk])
        elif isinstance(field, UUIDField):
            fixed[column] = ("gen_random_uuid()", [])
        elif getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
            fixed[column] = ("now()", [])
        elif field.db_default is NOT_PROVIDED:
            fixed[column] = ("%s", [field.get_db_prep_save(field.get_default(), connection)])
    return fixed


def _copy_text(rows: Iterable[Sequence[Any]]) -> io.StringIO:
    text = io.StringIO()
    for row in rows:
        text.write("\t".join([_COPIED[type(value)](value) for value in row]))
        text.write("\n")
    text.seek(0)
    return text


def _copied_text(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.replace("\0", "").translate(_ESCAPES)


_COPIED: dict[type, Callable[[Any], str]] = {
    str: _copied_text,
    type(None): lambda value: "\\N",
    bool: lambda value: "t" if value else "f",
    int: str,
    decimal.Decimal: str,
    dt.date: dt.date.isoformat,
    dt.datetime: dt.datetime.isoformat,
}
