"""The walls: row-level security, composite keys and grants, derived from the model registry after every migrate.

Order per table: policy first, then grant. A table this hook has not walled is unreachable for the serving role
("permission denied"), never open. Everything compares with the catalogue and changes the difference only, so a repeat
costs milliseconds.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models

from hospital_crm.tenancy import row_audit, statement_keys
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.statement_keys import Key as CompositeKey

APP_ROLE = "crm_app"
PLATFORM_ROLE = "crm_platform"
POLICY = "hospital_rows"
PLATFORM_POLICY = "platform_rows"
READ_ONLY_FOR_APP = {"django_migrations", "django_content_type"}


def tenant_models() -> Iterator[type[models.Model]]:
    """Every concrete, managed model with a `hospital` column, whatever it inherits from."""
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy and model._meta.managed and has_hospital(model):
            yield model


def has_hospital(model: type[models.Model]) -> bool:
    """Whether rows of this model belong to a hospital."""
    return any(field.column == "hospital_id" for field in model._meta.concrete_fields)


def expected_keys() -> set[CompositeKey]:
    """The composite keys that the model registry asks for."""
    return {key for model in tenant_models() for key in _keys_of(model)}


def keys_by_statement() -> set[CompositeKey]:
    """Those of them that are checked once per statement: of models that say `keys_by_statement = True`."""
    return {key for model in tenant_models() if getattr(model, "keys_by_statement", False) for key in _keys_of(model)}


def _keys_of(model: type[models.Model]) -> Iterator[CompositeKey]:
    for field in model._meta.concrete_fields:
        if isinstance(field, HospitalForeignKey):
            yield CompositeKey(model._meta.db_table, field.column, field.remote_field.model._meta.db_table)


def raise_walls(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """After migrate: policies, composite keys and grants for every table that exists by now."""
    with connections[using].cursor() as cursor:
        cursor.execute("select 1 from pg_roles where rolname = %s", [APP_ROLE])
        if cursor.fetchone() is None:
            raise RuntimeError(
                f"database role {APP_ROLE} is missing: run docker/roles.sql as the database's superuser first"
            )
        columns = _columns(cursor)
        _policies(cursor, columns)
        _keys(cursor, columns)
        _grants(cursor, columns)
        row_audit.install(cursor, columns)
        _statistics(cursor)


def _columns(cursor: Any) -> dict[str, set[str]]:
    """Column names by table of the schema we migrate."""
    cursor.execute(
        "select table_name, column_name from information_schema.columns where table_schema = current_schema()"
    )
    tables: dict[str, set[str]] = {}
    for table, column in cursor.fetchall():
        tables.setdefault(table, set()).add(column)
    return tables


def _policies(cursor: Any, columns: dict[str, set[str]]) -> None:
    """One permissive policy for the serving role and one for platform jobs on each tenant table."""
    cursor.execute("select tablename, policyname from pg_policies where schemaname = current_schema()")
    present = set(cursor.fetchall())
    cursor.execute(
        "select relname from pg_class where relrowsecurity and relnamespace = current_schema()::regnamespace"
    )
    secured = {name for (name,) in cursor.fetchall()}
    for table in sorted(name for name, names in columns.items() if "hospital_id" in names):
        if table not in secured:
            cursor.execute(f'alter table "{table}" enable row level security')
        if (table, POLICY) not in present:
            own = "hospital_id = nullif(current_setting('app.hospital_id', true), '')::bigint"
            cursor.execute(f'create policy {POLICY} on "{table}" to {APP_ROLE} using ({own}) with check ({own})')
        if (table, PLATFORM_POLICY) not in present:
            cursor.execute(
                f'create policy {PLATFORM_POLICY} on "{table}" to {PLATFORM_ROLE} using (true) with check (true)'
            )


def missing_keys(cursor: Any) -> set[CompositeKey]:
    """The keys that the registry asks for and nothing in the database keeps."""
    return expected_keys() - existing_keys(cursor).keys() - statement_keys.kept(cursor, keys_by_statement())


def existing_keys(cursor: Any) -> dict[CompositeKey, str]:
    """The foreign keys of the database, by columns rather than by name, with their names."""
    cursor.execute(
        """
        select c.conname, t.relname, a.attname, f.relname
          from pg_constraint c
          join pg_class t on t.oid = c.conrelid join pg_class f on f.oid = c.confrelid
          join pg_attribute h on h.attrelid = c.conrelid and h.attnum = c.conkey[1] and h.attname = 'hospital_id'
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[2]
         where c.contype = 'f' and array_length(c.conkey, 1) = 2 and c.connamespace = current_schema()::regnamespace
        """
    )
    return {CompositeKey(table, column, target): name for name, table, column, target in cursor.fetchall()}


def _keys(cursor: Any, columns: dict[str, set[str]]) -> None:
    """Adds missing composite keys, drops stale ones.

    INITIALLY IMMEDIATE: the error names the statement that caused it.
    """
    present = existing_keys(cursor)
    wanted = {key for key in expected_keys() if key.column in columns.get(key.table, ()) and key.target in columns}
    _unique_ids(cursor, sorted({key.target for key in wanted}))
    by_statement = wanted & keys_by_statement()
    statement_keys.install(cursor, by_statement)
    wanted -= by_statement
    for key in sorted(present.keys() - wanted):
        cursor.execute(f'alter table "{key.table}" drop constraint "{present[key]}"')
    for key in sorted(wanted - present.keys()):
        name = _short(f"{key.table}_{key.column}") + "_hfk"
        cursor.execute(
            f'alter table "{key.table}" add constraint "{name}" foreign key (hospital_id, "{key.column}")'
            f' references "{key.target}" (hospital_id, id) not valid'
        )
        cursor.execute(f'alter table "{key.table}" validate constraint "{name}"')


def _unique_ids(cursor: Any, targets: list[str]) -> None:
    """What a composite key leads to: an index on (hospital_id, id) of each target."""
    cursor.execute("select indexname from pg_indexes where schemaname = current_schema()")
    indexes = {name for (name,) in cursor.fetchall()}
    for target in targets:
        if (index := f"{_short(target)}_hospital_uq") not in indexes:
            cursor.execute(f'create unique index "{index}" on "{target}" (hospital_id, id)')


def _short(name: str) -> str:
    """A constraint name stem that stays below PostgreSQL's 63 characters and is still distinct."""
    if len(name) <= 46:
        return name
    return f"{name[:36]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _grants(cursor: Any, columns: dict[str, set[str]]) -> None:
    """What the serving role may do:

    insert and read on append-only tables, read on Django's own, everything else on the rest.
    """
    append_only = {
        m._meta.db_table for m in apps.get_models(include_auto_created=True) if getattr(m, "append_only", False)
    }
    cursor.execute(
        "select table_name, string_agg(privilege_type, ',' order by privilege_type)"
        " from information_schema.role_table_grants"
        " where grantee = %s and table_schema = current_schema() group by 1",
        [APP_ROLE],
    )
    present = dict(cursor.fetchall())
    for table in sorted(columns):
        rights = (
            "SELECT"
            if table in READ_ONLY_FOR_APP
            else "INSERT,SELECT"
            if table in append_only
            else "DELETE,INSERT,SELECT,UPDATE"
        )
        if present.get(table) != rights:
            cursor.execute(f'revoke all on "{table}" from {APP_ROLE}')
            cursor.execute(f'grant {rights} on "{table}" to {APP_ROLE}')
            cursor.execute(f'grant select on "{table}" to {PLATFORM_ROLE}')
    cursor.execute(f"grant usage, select on all sequences in schema public to {APP_ROLE}")


def _statistics(cursor: Any) -> None:
    """Lets the serving role renew the planner's statistics of a table, which only its owner can."""
    cursor.execute("select to_regprocedure('refresh_statistics(text[])') is not null")
    if cursor.fetchone()[0]:
        return
    cursor.execute(
        """
        create function refresh_statistics(tables text[]) returns void
          language plpgsql security definer set search_path = pg_catalog, public as
        $$
        declare name text;
        begin
          foreach name in array tables loop
            execute format('analyze public.%I', name);
          end loop;
        end
        $$
        """
    )
    cursor.execute("revoke all on function refresh_statistics(text[]) from public")
    cursor.execute(f"grant execute on function refresh_statistics(text[]) to {APP_ROLE}")
