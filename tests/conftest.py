"""The cast and the scopes every test starts from."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from accounts.actors import Actor
from accounts.domain import sessions
from accounts.models import Hospital, StaffMember
from hospital_crm.celery import app
from hospital_crm.tenancy import directory, queue
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import divisions, facets
from tests import database
from tests.cast import ZHAO, Cast, MountedClient, actor_of, client_of, north_stands, south_stands
from tests.management.commands import flush
from tests.messaging.test_smtp import free_port

LONGEST_NAME = 100
TEST_DATA = Path(os.environ.get("CRM_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))


def pytest_configure(config: pytest.Config) -> None:
    """Where workers are to copy the migrated database, it is made sure of while they collect."""
    if config.getoption("numprocesses", None) and not config.getoption("collectonly"):
        building = subprocess.Popen([sys.executable, "-m", "tests.database"], cwd=config.rootpath)
        config.add_cleanup(building.wait)


def pytest_sessionstart() -> None:
    """With CRM_REQUIRE_DATA=1, as in CI, tests against real external data are not left out where these are missing."""
    if os.environ.get("CRM_REQUIRE_DATA") == "1" and not TEST_DATA.is_dir():
        raise pytest.UsageError(f"the external data of the conformance tests are not at {TEST_DATA}")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A test is named by the size of a long text, not by the text: every worker sends the names of all."""
    return f"{argname}-of-{len(val)}" if isinstance(val, bytes | str) and len(val) > LONGEST_NAME else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need no database begin, because it may still be in the making; then come those that are given more
    time than others, so that no worker is left alone with one at the end. Those that commit keep their place.
    """
    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """What was loaded by now stays until the end: the collector of cycles need not walk over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def turn(item: pytest.Item) -> int:
    """When the test comes: 0, 1 or 2."""
    if not needs_database(item):
        return 0
    return 1 if item.get_closest_marker("timeout") and not commits(item) else 2


def needs_database(item: pytest.Item) -> bool:
    """Whether the test waits for a database."""
    return item.get_closest_marker("django_db") is not None or "db" in getattr(item, "fixturenames", ())


def commits(item: pytest.Item) -> bool:
    """Whether the database is emptied after the test."""
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test meets counters, values or a language that another one left, in the cache or in this process; what it has
    asked for itself stays known until its end, however slow the machine is.
    """
    translation.deactivate()
    monkeypatch.setattr(directory, "_TTL_SECONDS", 600)
    monkeypatch.setattr(sessions, "_TTL_SECONDS", 600)
    directory.forget()
    cache.clear()
    for kept in (sessions._idle, facets._known, facets._names, divisions._kept):
        kept.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any, django_db_keepdb: bool
) -> None:
    """A database is a copy of the migrated one; what a migration of this moment adds is migrated in the copy."""
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = database.migrated()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """North stands before the first test and again after each that commits."""
    with django_db_blocker.unblock():
        north_stands()
        flush.keep_standing()
    yield
    flush.leave()


@pytest.fixture
def north(db: None) -> Hospital:
    """Hospital North."""
    return north_stands()


@pytest.fixture
def south(db: None) -> Hospital:
    """Hospital South, furnished, without people."""
    return south_stands()


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What fixtures of the whole module make after this one stands for each of its tests and is taken back after the
    last: a test is a savepoint within. Not for modules in which a test commits.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def in_north(north: Hospital) -> Iterator[Hospital]:
    """The whole test runs inside North."""
    with hospital_scope(north):
        yield north


@pytest.fixture
def cast(north: Hospital) -> Cast:
    """The people of North, made when asked for: cast.li, cast.chen, cast.wang, …"""
    return Cast(north)


@pytest.fixture
def zhao(south: Hospital) -> StaffMember:
    """The outsider: manages the service centre of South and is a physician there."""
    return Cast(south, {"zhao": ZHAO}).zhao


@pytest.fixture
def actor(cast: Cast) -> Callable[[str], Actor]:
    """`actor("nurse")`: the member of North's cast with that role, acting in it."""
    return lambda role_code: actor_of(cast.holding(role_code), role_code)


@pytest.fixture
def client_as(cast: Cast) -> Callable[[str], MountedClient]:
    """`client_as("nurse").get("patients/")`: a browser signed in as that role at North."""
    return lambda role_code: client_of(cast.holding(role_code))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else runs in this database: all that began has ended, whatever other databases of the cluster do."""

    def newest() -> int:
        with connection.cursor() as cursor:
            cursor.execute("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
            return cursor.fetchone()[0]

    monkeypatch.setattr("accounts.domain.seals._horizon", newest)


@pytest.fixture
def lost_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks go to a broker that does not exist; nothing runs here."""
    monkeypatch.setattr(queue, "_broker", queue._Broker())
    monkeypatch.setattr(app.conf, "task_always_eager", False)
    monkeypatch.setattr(app.conf, "broker_url", f"redis://127.0.0.1:{free_port()}/0")
    monkeypatch.setattr(app.conf, "broker_write_url", app.conf.broker_url)
