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
from django.db import connection

from accounts.actors import Actor
from accounts.domain import sessions
from accounts.domain.hospitals import create_hospital
from accounts.models import Hospital, HospitalSettings, StaffMember
from hospital_crm.tenancy import directory
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import divisions, facets
from tests import database
from tests.cast import ZHAO, Cast, MountedClient, actor_of, client_of

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that are given more time than others come first, so that no worker is left alone with one at the end. Those
    that commit keep their place: whoever comes after them has to build North.
    """
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None or commits(item))


def pytest_collection_finish() -> None:
    """What was loaded by now stays until the end: the collector of cycles need not walk over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def commits(item: pytest.Item) -> bool:
    """Whether the database is emptied after the test."""
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test meets counters or values that another one left, in the cache or in this process; what it has asked for
    itself stays known until its end, however slow the machine is.
    """
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
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """North stands before the first test; whoever empties the database makes the next test that needs it build it."""
    with django_db_blocker.unblock():
        if not Hospital.objects.filter(slug="north").exists():
            build_north()


def build_north() -> Hospital:
    """Hospital North, furnished, without people. It calls at any hour, because pages go by the real clock."""
    hospital = create_hospital("north", "北方医院", short_name="北院")
    with hospital_scope(hospital):
        HospitalSettings.objects.update(care_from_hour=0, care_until_hour=24)
    return hospital


@pytest.fixture
def north(db: None) -> Hospital:
    """Hospital North."""
    return Hospital.objects.filter(slug="north").first() or build_north()


@pytest.fixture
def south(db: None) -> Hospital:
    """Hospital South, furnished, without people."""
    return create_hospital("south", "南方医院", short_name="南院")


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
