"""The database that the workers copy is made faster than `migrate` makes one, and is the same."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from django.db import connection

from hospital_crm.backup import database as backup
from tests import database

pytestmark = [pytest.mark.faults, pytest.mark.django_db, pytest.mark.timeout(600)]


@pytest.fixture
def by_migrate(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database that `migrate` makes as everywhere else."""
    name = f"{connection.settings_dict['NAME']}_by_migrate"
    drop = f'drop database if exists "{name}" with (force)'
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(drop)
        database.build(name)
        yield name
        cursor.execute(drop)


def dumped(name: str) -> list[str]:
    """All that is in a database but when each migration was applied, in lines."""
    done = subprocess.run(
        [backup._program("pg_dump"), "--exclude-table-data=django_migrations"],
        check=True,
        env={**os.environ, **backup._environment(), "PGDATABASE": name},
        capture_output=True,
        text=True,
    )
    return [line for line in done.stdout.splitlines() if "restrict " not in line]


def test_tables_are_those_that_migrate_makes(by_migrate: str) -> None:
    lines = dumped(by_migrate)
    assert len(lines) > 1000
    assert dumped(database.migrated()) == lines
