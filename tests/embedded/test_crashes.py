"""After kill -9 of anything, the next start is clean and every committed row is there."""

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from hospital_crm.embedded.paths import layout_for

from .conftest import PATIENCE, engine_pids, kill_engines, query, redis_at


def write_and_kill_everything(attach_client, data_dir, number):
    client = attach_client()
    urls = client.urls()
    query(urls.database_owner, "create table if not exists kept (n int)")
    query(urls.database_owner, f"insert into kept values ({number})")
    redis_at(urls).rpush("kept", number)
    client.send(signal.SIGKILL)
    kill_engines(data_dir)


def assert_kept(urls, numbers):
    assert query(urls.database_owner, "select n from kept order by n") == [(number,) for number in numbers]
    assert redis_at(urls).lrange("kept", 0, -1) == [b"%d" % number for number in numbers]


def test_kill_of_everything_loses_no_committed_row(attach_client, data_dir):
    write_and_kill_everything(attach_client, data_dir, 0)
    assert_kept(attach_client().urls(), [0])


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_many_kills_lose_no_committed_row(attach_client, data_dir):
    for number in range(6):
        write_and_kill_everything(attach_client, data_dir, number)
        assert_kept(attach_client().urls(), range(number + 1))


def test_recycled_process_number_does_not_block_the_start(attach_client, data_dir):
    write_and_kill_everything(attach_client, data_dir, 0)
    pid_file = layout_for(data_dir).postgres_data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert_kept(attach_client().urls(), [0])


def test_lost_sockets_are_made_again(attach_client, data_dir):
    first = attach_client()
    first.urls()
    for file in layout_for(data_dir).sockets.iterdir():
        file.unlink()
    urls = attach_client().urls()
    assert query(urls.database_app, "select 1") == [(1,)]
    assert redis_at(urls).ping()


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_killed_initdb_is_never_taken_for_a_cluster(attach_client, data_dir):
    cut_off = sum(kill_while_initdb_runs(attach_client, data_dir, after=delay) for delay in (0.0, 0.1, 0.2))
    assert cut_off >= 1
    assert query(attach_client().urls().database_app, "select 1") == [(1,)]
    assert list(data_dir.glob("*.making-*")) == []


def kill_while_initdb_runs(attach_client, data_dir, *, after):
    """Whether it was cut off; else it was done before, and is taken away, so that the next one begins anew."""
    client = attach_client()
    making = wait_for_initdb(data_dir)
    time.sleep(after)
    client.send(signal.SIGKILL)
    running = processes_using(making)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
    kept = layout_for(data_dir).postgres_data
    if running:
        assert engine_pids(data_dir) == {}
        assert not kept.exists()
        return True
    kill_engines(data_dir)
    shutil.rmtree(kept, ignore_errors=True)
    return False


def wait_for_initdb(folder):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for making in folder.glob("*.making-*"):
            if processes_using(making):
                return making
    raise AssertionError("initdb was not seen")


def processes_using(path):
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if os.fsencode(path) in command.read_bytes():
                found.append(int(command.parent.name))
    return found


def test_foreign_folder_in_the_place_of_the_cluster_is_refused(attach_client, data_dir):
    layout_for(data_dir).postgres_data.mkdir()
    client = attach_client()
    _, errors = client.process.communicate(timeout=PATIENCE)
    assert "exists but is no PostgreSQL cluster; move it away" in errors
    layout_for(data_dir).postgres_data.rmdir()
