"""Row differences, written by triggers that see bulk and raw SQL too, on every model that says `audit_rows = True`.

A model may name columns that are kept by the machine and not worth a line (`audit_ignored`), and columns whose values
are never copied, only that they changed (`audit_hidden`). The trigger functions come with the migrations of accounts.

PostgreSQL changes no type of a column that a trigger depends on: such a migration drops `row_audit_update` of its table
first, and the end of `migrate` makes it again.
"""

import hashlib
from typing import Any

from django.apps import apps
from django.db import models

FUNCTIONS = ("record_row_change()", "record_rows_inserted()")


def install(cursor: Any, columns: dict[str, set[str]]) -> None:
    """After migrate: makes, renews and removes triggers so that they fit the model registry; mostly nothing."""
    cursor.execute("select bool_and(to_regprocedure(name) is not null) from unnest(%s) as name", [list(FUNCTIONS)])
    if not cursor.fetchone()[0]:
        return
    wanted = {name: made for model in audited_models() for name, made in _triggers(model, columns).items()}
    cursor.execute(
        "select t.tgrelid::regclass::text, t.tgname, obj_description(t.oid, 'pg_trigger') from pg_trigger t"
        " where t.tgname like 'row_audit_%%' and not t.tgisinternal"
    )
    present = {(table.strip('"'), name): mark for table, name, mark in cursor.fetchall()}
    for table, name in sorted(present.keys() - wanted.keys()):
        cursor.execute(f'drop trigger "{name}" on "{table}"')
    for (table, name), sql in sorted(wanted.items()):
        mark = hashlib.sha256(sql.encode()).hexdigest()[:16]
        if present.get((table, name)) != mark:
            cursor.execute(f'drop trigger if exists "{name}" on "{table}"')
            cursor.execute(sql)
            cursor.execute(f'comment on trigger "{name}" on "{table}" is \'{mark}\'')


def audited_models() -> list[type[models.Model]]:
    """The models whose rows are followed."""
    return [model for model in apps.get_models() if getattr(model, "audit_rows", False) and not model._meta.proxy]


def _triggers(model: type[models.Model], columns: dict[str, set[str]]) -> dict[tuple[str, str], str]:
    """The statements for one table: a line per changed or deleted row, one for rows inserted by a statement."""
    table = model._meta.db_table
    if table not in columns:
        return {}
    ignored = _columns_of(model, getattr(model, "audit_ignored", ()))
    hidden = _columns_of(model, getattr(model, "audit_hidden", ()))
    watched = [f.column for f in model._meta.concrete_fields if f.column in columns[table] and f.column not in ignored]
    differs = " or ".join(f'old."{name}" is distinct from new."{name}"' for name in watched)
    names = f"'{','.join(sorted(ignored))}', '{','.join(sorted(hidden))}'"
    return {
        (table, "row_audit_update"): f'create trigger row_audit_update after update on "{table}" for each row'
        f" when ({differs}) execute function record_row_change({names})",
        (table, "row_audit_delete"): f'create trigger row_audit_delete after delete on "{table}" for each row'
        f" execute function record_row_change({names})",
        (table, "row_audit_insert"): f'create trigger row_audit_insert after insert on "{table}"'
        " referencing new table as inserted for each statement execute function record_rows_inserted()",
    }


def _columns_of(model: type[models.Model], names: tuple[str, ...]) -> set[str]:
    """The columns of fields by name. Refuses (KeyError) a name the model does not have."""
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    return {columns[name] for name in names}
