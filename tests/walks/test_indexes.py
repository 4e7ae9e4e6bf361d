"""An index added to a table that may be large does not stop those who write to it."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddIndex, CreateModel


def test_indexes_of_existing_tables_are_made_concurrently() -> None:
    found = set()
    for key, migration in MigrationLoader(None).disk_migrations.items():
        own = {operation.name.lower() for operation in migration.operations if isinstance(operation, CreateModel)}
        added = [operation for operation in migration.operations if type(operation) is AddIndex]
        is_own = Path(apps.get_app_config(key[0]).path).parent == settings.BASE_DIR
        if is_own and any(operation.model_name.lower() not in own for operation in added):
            found.add(key)
    assert found == set()
