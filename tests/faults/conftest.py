"""One house for all tests of a file; how long things stay away is FAULT_SECONDS (60)."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.faults.house import House


@pytest.fixture(scope="module")
def house():
    """A furnished house; nothing of it runs but its engines."""
    folder = Path(tempfile.mkdtemp(prefix="crm-faults-", dir="/tmp"))
    folder.chmod(0o755)
    built = House(folder)
    try:
        built.furnish()
        yield built
    finally:
        built.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def all_stopped(request):
    """No process of one test is left to the next."""
    yield
    house = request.getfixturevalue("house")
    for name in list(house.processes):
        house.stop(name)


@pytest.fixture
def away() -> float:
    """For how many seconds something stays away."""
    return float(os.environ.get("FAULT_SECONDS", "60"))
