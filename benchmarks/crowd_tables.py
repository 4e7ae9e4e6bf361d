"""Loading tables in bulk: indexes, references and triggers stand aside and come back, checked, at the end; columns that
a statement does not name get their model's default, so that a model may grow without the statements here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

_INDEXES = """
select 'drop index ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid) from pg_index i
 where i.indrelid::regclass::text = any(%s) and not i.indisunique
"""
_REFERENCES = """
select format('alter table %%s drop constraint %%I', conrelid::regclass, conname),
       format('alter table %%s add constraint %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
  from pg_constraint where contype = 'f' and conrelid::regclass::text = any(%s)
"""


@contextmanager
def without_checks(cursor: Any, tables: Sequence[str]) -> Iterator[None]:
    """Unique keys stay; everything else that looks at single rows is made anew after the block."""
    cursor.execute(_INDEXES, [list(tables)])
    changes = cursor.fetchall()
    cursor.execute(_REFERENCES, [list(tables)])
    changes += cursor.fetchall()
    for drop, _make in changes:
        cursor.execute(drop)
    for table in tables:
        cursor.execute(f"alter table {table} disable trigger user")
    yield
    for table in tables:
        cursor.execute(f"alter table {table} enable trigger user")
    for _drop, make in changes:
        cursor.execute(make)


@contextmanager
def model_defaults(cursor: Any, tables: Sequence[str]) -> Iterator[None]:
    """Inside the block the database fills what a statement leaves out as the models would."""
    columns = [(table, *column) for table in tables for column in _default_columns(table)]
    for table, column, value in columns:
        cursor.execute(f'alter table {table} alter column "{column}" set default %s', [value])
    yield
    cursor.execute("set constraints all immediate")  # a table with checks still to come cannot be altered
    for table, column, _value in columns:
        cursor.execute(f'alter table {table} alter column "{column}" drop default')


def _default_columns(table: str) -> Iterator[tuple[str, Any]]:
    """Column and value of each default that only the model knows; none where the database makes the value itself."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    for field in model._meta.concrete_fields:
        made = isinstance(field, models.GeneratedField | models.AutoField | models.ForeignKey | models.UUIDField)
        if made or field.null or field.db_default is not NOT_PROVIDED or field.column is None:
            continue
        if field.has_default() or field.empty_strings_allowed and not _is_moment(field):
            yield field.column, field.get_db_prep_save(field.get_default(), connection)


def _is_moment(field: models.Field) -> bool:
    return bool(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))
