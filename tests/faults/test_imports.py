"""A list on its way in while its worker, then the database, is killed: it goes on by itself, nothing is lost,
nothing twice.
"""

import signal
import time

import pytest

from benchmarks.invented_list import write_list

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

ROWS = 30_000

START = """
import pathlib
from integrations.domain import batches
from integrations.models import ImportBatch
with hospital_scope(north):
    batch = batches.take_in_file(pathlib.Path(given["path"]), digest="0" * 64, file_name="list.csv",
                                 kind="discharges", actor=None, now=timezone.now())
    batches.check_columns(batch, batch.mapping)
    batch.state = ImportBatch.State.READY
    batch.save(update_fields=["state"])
    batches.start(batch, actor=None, now=timezone.now())
"""
UNDISTURBED = """
import pathlib
from accounts.domain.hospitals import create_hospital
from integrations.domain.at_once import bring_in_file
south = create_hospital("south", "南方医院")
bring_in_file(south, pathlib.Path(given["path"]), now=timezone.now())
"""
BROUGHT_IN = """
    select (select count(*) from patients_patient where hospital_id = h.id),
           (select count(*) from patients_encounter where hospital_id = h.id),
           (select count(*) from patients_contactpoint where hospital_id = h.id),
           (select count(*) from patients_identifier where hospital_id = h.id)
      from accounts_hospital h where h.slug = '{}'
"""


POSITION = """
    select state, position from integrations_importbatch b join accounts_hospital h on h.id = b.hospital_id
     where h.slug = 'north'
"""


def progress(house) -> tuple[str, int]:
    """State and rows done of the one list of North."""
    return house.rows(POSITION)[0]


def wait_for_progress(house, since: int) -> int:
    """Waits until more rows than `since` are in, and answers how many."""
    house.wait_for(lambda: progress(house)[1] > since, "progress", seconds=400)
    return progress(house)[1]


def test_list_goes_on_after_every_kill(house):
    path = house.folder / "list.csv"
    write_list(path, ROWS)
    house.start_worker()
    house.start_beat()
    house.python(START, path=str(path))
    done = wait_for_progress(house, 0)
    house.stop("worker", signal.SIGKILL)
    assert progress(house)[0] == "running"
    house.start_worker()
    done = wait_for_progress(house, done)
    house.kill_engine("postgres")
    time.sleep(5)
    house.restart_engines()
    house.wait_for(lambda: progress(house)[0] == "done", "the end of the import", seconds=600)
    assert progress(house) == ("done", ROWS)
    house.python(UNDISTURBED, path=str(path))
    assert house.rows(BROUGHT_IN.format("north")) == house.rows(BROUGHT_IN.format("south"))
    assert house.rows(BROUGHT_IN.format("north"))[0][1] > ROWS * 0.9
