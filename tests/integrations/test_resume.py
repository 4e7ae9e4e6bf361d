"""Work broken off goes on where it stopped, two workers do it once, and nothing comes in twice."""

import datetime as dt
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.domain.hospitals import create_hospital
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, files, importing, stay_lists
from integrations.domain.errors import ImportRefused
from integrations.models import ImportBatch
from integrations.tasks import resume_imports
from patients.models import Encounter
from tests.integrations.lists import csv_bytes, identity, row


def stay_of(n: int, **said: str) -> list[str]:
    """A stay of the nth of thirty people."""
    numbers = {"住院号": f"ZY{n:04d}", "身份证号": identity("19600101", 2 * n + 1), "联系电话": f"1380000{n:04d}"}
    return row(**numbers, **said)


ROWS = [stay_of(n) for n in range(1, 31)]


def queued(hospital: Hospital, tmp_path: Path, rows: Any = ROWS) -> ImportBatch:
    """A list of thirty people, sent to be brought in."""
    path = tmp_path / "list.csv"
    path.write_bytes(csv_bytes(rows))
    with hospital_scope(hospital):
        batch = batches.take_in_file(
            path, digest="", file_name="list.csv", kind="discharges", actor=None, now=timezone.now()
        )
        batch.state = ImportBatch.State.QUEUED
        batch.save()
    return batch


def stays(hospital: Hospital) -> int:
    """How many stays are in."""
    with hospital_scope(hospital):
        return Encounter.objects.count()


@pytest.mark.django_db
def test_killed_worker_leaves_whole_chunks_and_the_next_goes_on(
    north: Hospital, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 10)
    monkeypatch.setattr(importing, "CHUNK_ROWS", 10)
    batch = queued(north, tmp_path)
    brought = importing.bring_chunk

    def killed_in_the_second(*args: Any, **options: Any) -> Any:
        if args[1].last > 10:
            raise KeyboardInterrupt
        return brought(*args, **options)

    monkeypatch.setattr(importing, "bring_chunk", killed_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        importing.run(north, batch.pk)
    assert stays(north) == 10
    monkeypatch.setattr(importing, "bring_chunk", brought)
    assert importing.run(north, batch.pk) is False, "the dead worker's claim still holds"
    later = timezone.now() + importing.CLAIM_FOR
    assert importing.run(north, batch.pk, clock=lambda: later + dt.timedelta(seconds=1)) is True
    batch.refresh_from_db()
    assert (batch.state, batch.counts["stays_created"], batch.counts["patients_created"]) == ("done", 30, 30)
    assert stays(north) == 30


@pytest.mark.django_db
def test_somebody_met_before_and_after_the_break_is_counted_once(
    north: Hospital, tmp_path: Path, monkeypatch: Any
) -> None:
    importing.run(north, queued(north, tmp_path).pk)
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 10)
    later = [stay_of(n, 入院日期="2025-05-01", 出院日期="2025-05-06", 住院次数="2") for n in range(1, 21)]
    batch = queued(north, tmp_path, ROWS[:10] + later)
    brought = importing.bring_chunk

    def gone_in_the_second(*args: Any, **options: Any) -> Any:
        if args[1].last > 10:
            raise KeyboardInterrupt
        return brought(*args, **options)

    monkeypatch.setattr(importing, "bring_chunk", gone_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        importing.run(north, batch.pk)
    monkeypatch.setattr(importing, "bring_chunk", brought)
    importing.run(north, batch.pk, clock=lambda: timezone.now() + 2 * importing.CLAIM_FOR)
    batch.refresh_from_db()
    assert {name: batch.counts[name] for name in ("stays_created", "patients_created", "patients_matched")} == {
        "stays_created": 20,
        "patients_created": 0,
        "patients_matched": 20,
    }


@pytest.mark.django_db
def test_running_a_finished_list_again_does_nothing(north: Hospital, tmp_path: Path) -> None:
    batch = queued(north, tmp_path)
    assert [importing.run(north, batch.pk), importing.run(north, batch.pk)] == [True, False]
    assert stays(north) == 30


@pytest.mark.django_db(transaction=True)
def test_database_that_goes_away_is_waited_for(tmp_path: Path, monkeypatch: Any) -> None:
    hospital = create_hospital("away", "停电医院")
    monkeypatch.setattr(importing, "PATIENCE", (0, 0))
    batch = queued(hospital, tmp_path)
    brought, failures = stay_lists.record_stays, [OperationalError("server closed the connection")]

    def failing_once(*args: Any, **options: Any) -> Any:
        outcome = brought(*args, **options)
        if failures:
            raise failures.pop()
        return outcome

    monkeypatch.setattr(stay_lists, "record_stays", failing_once)
    assert importing.run(hospital, batch.pk) is True
    assert stays(hospital) == 30


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_bring_a_list_in_once(tmp_path: Path) -> None:
    hospital = create_hospital("races", "赛跑医院")
    batch = queued(hospital, tmp_path)
    done: list[bool] = []

    def work() -> None:
        try:
            done.append(importing.run(hospital, batch.pk))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == [False, True]
    assert stays(hospital) == 30


@pytest.mark.django_db
def test_forgotten_lists_are_taken_up(north: Hospital, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    batch = queued(north, tmp_path)
    with django_capture_on_commit_callbacks(execute=True):
        assert resume_imports(north.pk) == 1
    batch.refresh_from_db()
    assert batch.state == "done"


@pytest.mark.django_db
def test_start_pressed_twice_is_refused_the_second_time(north: Hospital, tmp_path: Path) -> None:
    batch = queued(north, tmp_path)
    with hospital_scope(north):
        ImportBatch.objects.update(state=ImportBatch.State.READY)
        batches.start(batch, actor=None, now=timezone.now())
        with pytest.raises(ImportRefused):
            batches.start(batch, actor=None, now=timezone.now())


@pytest.mark.django_db
def test_stored_list_is_unreadable_and_leaves_nothing_in_the_clear(north: Hospital, tmp_path: Path) -> None:
    batch = queued(north, tmp_path)
    kept = settings.PRIVATE_FILES_DIR / str(north.pk) / "imports" / batch.stored_as
    assert "甘书远".encode() not in kept.read_bytes()
    with files.plain_copy(batch.stored_as, north) as path:
        assert path.read_bytes() == csv_bytes(ROWS)
    assert not path.exists()


@pytest.mark.django_db
def test_lost_claim_stops_a_worker_without_a_trace(north: Hospital, tmp_path: Path, monkeypatch: Any) -> None:
    batch = queued(north, tmp_path)
    brought = importing.bring_chunk

    def taken_over(*args: Any, **options: Any) -> Any:
        ImportBatch.objects.filter(pk=batch.pk).update(claim=uuid.uuid4())
        return brought(*args, **options)

    monkeypatch.setattr(importing, "bring_chunk", taken_over)
    assert importing.run(north, batch.pk) is False
    assert stays(north) == 0
