"""The database that the workers copy is made faster than `migrate` makes one, and is the same."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from django.db import connection

from hospital_crm.backup import database as backup
from tests import database

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


@pytest.fixture
def both(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """The database that the workers copy, and one that `migrate` makes as everywhere else."""
    name = f"{connection.settings_dict['NAME']}_by_migrate"
    drop = f'drop database if exists "{name}" with (force)'
    monkeypatch.setitem(connection.settings_dict["TEST"], "TEMPLATE", "template1")  # else a copy of ours
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(drop)
        database.build(name)
        yield database.migrated(), name
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


def test_tables_are_those_that_migrate_makes(both: tuple[str, str]) -> None:
    ours, by_migrate = (dumped(name) for name in both)
    assert len(by_migrate) > 1000
    assert ours == by_migrate
