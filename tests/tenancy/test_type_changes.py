"""Databases in use can be migrated: a column that a trigger watches changes its type only after the trigger is gone."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations import AlterField, Migration
from django.db.migrations.loader import MigrationLoader

from hospital_crm.tenancy.row_audit import audited_models

pytestmark = [pytest.mark.django_db, pytest.mark.tenancy]
_TYPE_CHANGED = re.compile(r'ALTER TABLE "(\w+)" ALTER COLUMN "\w+" TYPE', re.IGNORECASE)


def altering(loader: MigrationLoader) -> Iterator[Migration]:
    """The migrations that alter columns of models whose rows are followed."""
    watched = {(model._meta.app_label, model._meta.model_name) for model in audited_models()}
    for migration in loader.disk_migrations.values():
        altered = {one.model_name_lower for one in migration.operations if isinstance(one, AlterField)}
        if any((migration.app_label, name) in watched for name in altered):
            yield migration


def unprepared(sql: str, tables: set[str]) -> list[str]:
    """Tables among these whose column changes its type while the trigger still stands."""
    return [
        found[1]
        for found in _TYPE_CHANGED.finditer(sql)
        if found[1] in tables and f"drop trigger if exists row_audit_update on {found[1]}" not in sql[: found.start()]
    ]


def test_a_watched_column_changes_its_type_after_its_trigger_is_gone() -> None:
    loader = MigrationLoader(connection)
    tables = {model._meta.db_table for model in audited_models()}
    seen = list(altering(loader))
    assert "0037_division_code" in [one.name for one in seen]
    for migration in seen:
        assert unprepared("\n".join(loader.collect_sql([(migration, False)])), tables) == [], migration


def test_a_type_change_before_the_trigger_is_gone_is_found() -> None:
    change = 'ALTER TABLE "patients_patient" ALTER COLUMN "name" TYPE varchar(20);'
    gone = "drop trigger if exists row_audit_update on patients_patient;"
    tables = {"patients_patient"}
    assert [unprepared(sql, tables) for sql in (change, change + gone, gone + change)] == [list(tables)] * 2 + [[]]
