"""A list whose work fails and nobody knows why: it is tried three times, then whoever brought it reads that it broke
off. Control signs, which no database takes, are no reason for it.
"""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing, undoing
from integrations.domain.at_once import bring_in_file
from integrations.domain.errors import ImportRefused
from integrations.models import ImportBatch
from integrations.tasks import resume_imports
from patients.models import Encounter, Patient
from tests.cast import Cast, actor_of, client_of
from tests.integrations.lists import HEADER, row, xlsx
from tests.integrations.test_pages import upload
from tests.integrations.test_resume import queued, stays

pytestmark = pytest.mark.django_db


def fail(batch: ImportBatch, hospital: Hospital, times: int) -> None:
    """The work fails so many times, each after the claim of the time before has run out."""
    batch.refresh_from_db()
    for n in range(batch.failures, batch.failures + times):
        with pytest.raises(ZeroDivisionError):
            importing.run(
                hospital, batch.pk, clock=lambda n=n: timezone.now() + n * (importing.CLAIM_FOR + dt.timedelta(0, 1))
            )
        batch.refresh_from_db()


@pytest.fixture
def broken(monkeypatch: Any) -> Any:
    """Nothing can be brought in; answers what was there before."""
    brought = importing.bring_chunk
    monkeypatch.setattr(importing, "bring_chunk", lambda *args, **options: 1 / 0)
    return brought


@pytest.mark.usefixtures("broken")
def test_list_that_fails_three_times_is_broken_off_and_not_queued_again(north: Hospital, tmp_path: Path) -> None:
    batch = queued(north, tmp_path)
    fail(batch, north, 2)
    assert (batch.state, batch.failures) == ("running", 2)
    fail(batch, north, 1)
    assert (batch.state, batch.failures, batch.error, batch.claim) == ("failed", 3, {"code": "unexpected"}, None)
    with hospital_scope(north):
        assert resume_imports(north.pk) == 0
        assert AuditEvent.objects.filter(verb="integrations.batch.break_off").count() == 1


def test_who_brought_it_reads_why_and_tries_again(
    north: Hospital, tmp_path: Path, monkeypatch: Any, broken: Any, cast: Cast
) -> None:
    batch = queued(north, tmp_path)
    with hospital_scope(north):
        ImportBatch.objects.update(state="ready")
        batches.start(batch, actor=None, now=timezone.now())
    fail(batch, north, 3)
    page = client_of(cast.he).get(f"imports/{batch.public_id}/").content.decode()
    assert "已三次出错" in page
    monkeypatch.setattr(importing, "bring_chunk", broken)
    with hospital_scope(north):
        batches.start(batch, actor=None, now=timezone.now())
    batch.refresh_from_db()
    assert (batch.state, batch.failures) == ("queued", 0)
    importing.run(north, batch.pk)
    assert stays(north) == 30


@pytest.mark.usefixtures("broken")
def test_dry_run_that_broke_off_is_made_again_before_anything_comes_in(north: Hospital, tmp_path: Path) -> None:
    batch = queued(north, tmp_path)
    with hospital_scope(north):
        ImportBatch.objects.update(state="checking")
    fail(batch, north, 3)
    assert (batch.state, batch.started_at) == ("failed", None)
    with hospital_scope(north):
        assert batches.start(batch, actor=None, now=timezone.now()).state == "checking"


def test_failure_of_a_worker_that_lost_the_list_does_not_count(
    north: Hospital, tmp_path: Path, monkeypatch: Any
) -> None:
    batch = queued(north, tmp_path)

    def taken_over(*args: Any, **options: Any) -> Any:
        with hospital_scope(north):
            ImportBatch.objects.filter(pk=batch.pk).update(claim=uuid.uuid4())
        raise ZeroDivisionError

    monkeypatch.setattr(importing, "_bring_in", taken_over)
    with pytest.raises(ZeroDivisionError):
        importing.run(north, batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.failures) == ("running", 0)


def test_list_whose_undoing_breaks_off_is_undone_further_and_not_brought_in_again(
    north: Hospital, tmp_path: Path, monkeypatch: Any, cast: Cast
) -> None:
    batch = queued(north, tmp_path)
    importing.run(north, batch.pk)
    actor = actor_of(cast.he)
    with hospital_scope(north):
        undoing.undo(batch, actor=actor, now=timezone.now())
    with monkeypatch.context() as broken:
        broken.setattr(undoing.withdrawal, "remove_people", lambda *args, **options: 1 / 0)
        fail(batch, north, 3)
    assert (batch.state, batch.error) == ("failed", {"code": "half_undone"})
    page = client_of(cast.he).get(f"imports/{batch.public_id}/").content.decode()
    assert ("撤销其余部分" in page, "/start/" in page) == (True, False)
    with hospital_scope(north):
        with pytest.raises(ImportRefused):
            batches.start(batch, actor=actor, now=timezone.now())
        undoing.undo(batch, actor=actor, now=timezone.now() + dt.timedelta(days=3))
    importing.run(north, batch.pk)
    batch.refresh_from_db()
    assert (batch.state, stays(north)) == ("undone", 0)


def test_control_signs_of_cells_and_headers_are_no_text(north: Hospital, tmp_path: Path) -> None:
    header = ["出院\x00科室" if name == "出院科室" else name for name in (*HEADER, "出院医嘱", "编\x00外")]
    said = row(出院科室="心\x00内\x1b科", 离院方式="别\x00的", 主管医生="陈\x9f医师")
    path = xlsx(tmp_path / "list.xlsx", [[*said, "按时\x00服药\n复诊", "x"]], header)
    result = bring_in_file(north, path, now=timezone.now())
    assert [entry["reason"] for entry in result["warnings"]] == ["没有离院方式“别的”"]
    with hospital_scope(north):
        stay = Encounter.objects.get()
        assert (str(stay.department), stay.attending_name) == ("心内科", "陈医师")
        assert stay.discharge_instructions == "按时服药\n复诊"
        assert Patient.objects.count() == 1
        assert ImportBatch.objects.get().columns[-1] == "编外"


def test_upload_with_control_signs_in_its_header_is_taken_in(cast: Cast, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "list.xlsx", [[*row(), "x"]], [*HEADER, "备\x00注"])
    uploaded = upload(client_of(cast.he), path.read_bytes(), "list.xlsx")
    assert uploaded.status_code == 302
