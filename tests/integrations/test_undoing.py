"""Undoing an import: what it made goes, what others did stays, twice is once, and the same list brings all back."""

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.domain.hospitals import create_hospital
from accounts.models import AuditEvent, Hospital, StaffMember
from followups.domain.planning import plan_hospital
from followups.models import FollowUpOrder, FollowUpRun
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing, undoing
from integrations.domain.errors import ImportRefused
from integrations.models import ImportBatch, MatchConflict
from patients.domain.life import stop_contact
from patients.models import ContactPoint, Encounter, Identifier, Patient
from tests.cast import Cast, actor_of, client_of
from tests.integrations.lists import row
from tests.integrations.test_resume import ROWS, queued, stay_of

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 3, 7)


def undo(north: Hospital, batch: ImportBatch) -> ImportBatch:
    """Ask and do it."""
    with hospital_scope(north):
        undoing.undo(batch, actor=None, now=timezone.now())
    assert importing.run(north, batch.pk)
    batch.refresh_from_db()
    return batch


def everything(north: Hospital) -> dict[str, Any]:
    """What the record holds."""
    with hospital_scope(north):
        return {
            "people": sorted(Patient.objects.values_list("name", "mrn", "contact_state", "last_visit_on")),
            "stays": sorted(Encounter.objects.filter(is_cancelled=False).values_list("source_key", flat=True)),
            "numbers": Identifier.objects.count(),
            "phones": ContactPoint.objects.count(),
            "orders": FollowUpOrder.objects.exclude(state="void").count(),
        }


def plan(north: Hospital) -> None:
    """Plan what waits, as the night would."""
    plan_hospital(north, now=timezone.now(), on=DAY, workers=1)


def test_everything_the_list_made_goes_and_the_same_list_brings_it_back(bring: Any, north: Hospital) -> None:
    rows = [*ROWS, stay_of(40, 离院方式="死亡"), row(住院号="ZY0777", 姓名="汤若水")]
    first = bring(rows)
    plan(north)
    before = everything(north)
    assert before["orders"] > 0
    with hospital_scope(north):
        foreseen = undoing.outlook(first)
    undone = undo(north, first)
    nothing = {"people": [], "stays": [], "numbers": 0, "phones": 0, "orders": 0}
    assert everything(north) == nothing
    assert (undone.state, undone.undone["stays"], undone.undone["people"]) == (
        "undone",
        foreseen.stays,
        foreseen.people,
    )
    assert undone.undone["orders"] == foreseen.orders == before["orders"]
    with hospital_scope(north):
        assert (FollowUpRun.objects.count(), MatchConflict.objects.count()) == (0, 0)
        assert AuditEvent.objects.get(verb="integrations.batch.undone").detail == undone.undone
    bring(rows)
    plan(north)
    assert everything(north) == before


def test_list_of_several_chunks_goes_from_its_end(bring: Any, north: Hospital, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 10)
    again = [stay_of(n, 入院日期="2025-05-01", 出院日期="2025-05-06", 住院次数="2") for n in range(1, 21)]
    assert undo(north, bring(ROWS + again)).undone == {"stays": 50, "orders": 0, "people": 30, "kept": 0}
    assert everything(north)["people"] == []


def test_killed_undoing_goes_on(bring: Any, north: Hospital, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 10)
    batch = bring(ROWS)
    with hospital_scope(north):
        undoing.undo(batch, actor=None, now=timezone.now())
    remove = undoing.withdrawal.remove_people

    def killed(*args: Any, **options: Any) -> Any:
        if Patient.objects.count() == 10:
            raise KeyboardInterrupt
        return remove(*args, **options)

    monkeypatch.setattr(undoing.withdrawal, "remove_people", killed)
    with pytest.raises(KeyboardInterrupt):
        importing.run(north, batch.pk)
    monkeypatch.setattr(undoing.withdrawal, "remove_people", remove)
    batch.refresh_from_db()
    with hospital_scope(north):
        left = (
            batch.state,
            batch.position,
            Patient.objects.count(),
            Encounter.objects.filter(is_cancelled=False).count(),
        )
    assert left == ("undoing", 10, 10, 10)
    assert importing.run(north, batch.pk, clock=lambda: timezone.now() + 2 * importing.CLAIM_FOR)
    batch.refresh_from_db()
    assert (batch.state, batch.undone) == ("undone", {"stays": 30, "orders": 0, "people": 30, "kept": 0})
    assert importing.run(north, batch.pk) is False


def test_people_with_work_by_hand_or_with_other_stays_stay(bring: Any, north: Hospital, cast: Cast) -> None:
    batch = bring([stay_of(n) for n in range(1, 6)])
    plan(north)
    bring([stay_of(1, 入院日期="2025-04-01", 出院日期="2025-04-06", 住院次数="2")])
    with hospital_scope(north):
        named = {patient.mrn: patient for patient in Patient.objects.all()}
        stop_contact(named["ZY0002"], words="别打了", actor=actor_of(cast.li), now=timezone.now())
        ContactPoint.objects.create(patient=named["ZY0003"], value="13900000000", source="staff", rank=9)
        foreseen = undoing.outlook(batch)
    assert dict(foreseen.kept) == {"other_stays": 1, "worked_on": 1, "by_hand": 1}
    assert undo(north, batch).undone["kept"] == 3
    with hospital_scope(north):
        assert set(Patient.objects.values_list("mrn", flat=True)) == {"ZY0001", "ZY0002", "ZY0003"}
        standing = Encounter.objects.filter(is_cancelled=False)
        assert list(standing.values_list("patient__mrn", "visit_number")) == [("ZY0001", "2")]
        assert set(Patient.objects.values_list("mrn", "last_visit_on")) == {
            ("ZY0001", dt.date(2025, 4, 6)),
            ("ZY0002", None),
            ("ZY0003", None),
        }
        orders = FollowUpOrder.objects.filter(patient__mrn="ZY0003")
        assert set(orders.values_list("state", "state_reason")) == {("void", "cancelled")}
        assert set(FollowUpRun.objects.filter(patient__mrn="ZY0003").values_list("closed_reason", flat=True)) == {
            "cancelled"
        }


def test_people_known_before_and_stays_corrected_since_stay(bring: Any, north: Hospital) -> None:
    bring([stay_of(1)])
    second = bring([stay_of(1, 出院日期="2025-03-06"), stay_of(2), stay_of(3)])
    bring([stay_of(3, 离院方式="医嘱转院")])
    undo(north, second)
    with hospital_scope(north):
        assert sorted(Encounter.objects.filter(is_cancelled=False).values_list("patient__mrn", "discharged_on")) == [
            ("ZY0001", dt.date(2025, 3, 6)),
            ("ZY0003", dt.date(2025, 3, 5)),
        ]


def test_cancelled_stay_stands_again_when_a_list_says_it(bring: Any, north: Hospital) -> None:
    bring([stay_of(1)])
    second = [stay_of(1, 入院日期="2025-04-01", 出院日期="2025-04-06", 住院次数="2")]
    undo(north, bring(second))
    assert len(everything(north)["stays"]) == 1
    bring(second)
    assert len(everything(north)["stays"]) == 2


def test_refused_twice_too_late_and_beside_another_list(bring: Any, north: Hospital, tmp_path: Path) -> None:
    batch, now = bring(), timezone.now()
    with hospital_scope(north), pytest.raises(ImportRefused):
        undoing.undo(batch, actor=None, now=now + dt.timedelta(hours=25))
    other = queued(north, tmp_path)
    with hospital_scope(north), pytest.raises(ImportRefused):
        undoing.undo(batch, actor=None, now=now)
    importing.run(north, other.pk)
    third = queued(north, tmp_path)
    with hospital_scope(north):
        ImportBatch.objects.filter(pk=third.pk).update(state="ready")
        undoing.undo(batch, actor=None, now=now)
        with pytest.raises(ImportRefused):
            undoing.undo(batch, actor=None, now=now)
        ImportBatch.objects.filter(pk=third.pk).update(state="queued")
    assert importing.run(north, third.pk) is False, "waits until the other list is undone"
    importing.run(north, batch.pk)
    assert importing.run(north, third.pk) is True
    assert len(everything(north)["stays"]) == 30


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_undoing_beside_a_running_import_of_the_same_list_loses_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 5)
    hospital = create_hospital("undoing", "撤销医院")
    first = queued(hospital, tmp_path)
    importing.run(hospital, first.pk)
    second = queued(hospital, tmp_path)
    with hospital_scope(hospital):
        ImportBatch.objects.filter(pk=second.pk).update(state="ready")
    refused: list[str] = []

    def bring_second() -> None:
        try:
            with hospital_scope(hospital):
                batches.start(second, actor=None, now=timezone.now())
            importing.run(hospital, second.pk)
        finally:
            connection.close()

    def undo_first() -> None:
        try:
            with hospital_scope(hospital):
                undoing.undo(first, actor=None, now=timezone.now())
            importing.run(hospital, first.pk)
        except ImportRefused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for work in (bring_second, undo_first)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    importing.run(hospital, first.pk)
    importing.run(hospital, second.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("done" if refused else "undone", "done")
    assert len(everything(hospital)["stays"]) == 30


def test_paused_list_stops_after_its_chunk_and_goes_on(north: Hospital, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 10)
    batch = queued(north, tmp_path)
    brought = importing.bring_chunk

    def paused_after(*args: Any, **options: Any) -> Any:
        outcome = brought(*args, **options)
        batches.pause(ImportBatch.objects.get(pk=batch.pk), actor=None)
        return outcome

    monkeypatch.setattr(importing, "bring_chunk", paused_after)
    assert importing.run(north, batch.pk) is False
    monkeypatch.setattr(importing, "bring_chunk", brought)
    batch.refresh_from_db()
    assert (batch.state, batch.position) == ("paused", 10)
    assert importing.run(north, batch.pk) is False
    with hospital_scope(north):
        batches.start(batch, actor=None, now=timezone.now())
    assert importing.run(north, batch.pk) is True
    batch.refresh_from_db()
    assert (batch.state, batch.counts["stays_created"]) == ("done", 30)


def test_pages_of_undoing(
    bring: Any, north: Hospital, cast: Cast, client_as: Any, django_capture_on_commit_callbacks: Any
) -> None:
    batch = bring()
    officer, address = client_of(cast.he), f"imports/{batch.public_id}/"
    assert "撤销本次导入" in officer.get(address).content.decode()
    page = officer.get(f"{address}undo/").content.decode()
    assert "将删除30位客户，取消30次住院，作废0条回访指令" in page
    batch.refresh_from_db()
    assert batch.state == "done", "reading changes nothing"
    assert client_as("physician").get(f"{address}undo/").status_code == 403
    assert client_as("physician").post(f"{address}undo/").status_code == 403
    assert officer.put(f"{address}undo/").status_code == 405
    assert officer.get(f"{address}pause/").status_code == 405
    with django_capture_on_commit_callbacks(execute=True):
        assert officer.post(f"{address}undo/").status_code == 302
    batch.refresh_from_db()
    assert batch.state == "undone"
    said = officer.get(address).content.decode()
    assert "已删除30位客户，取消30次住院" in said and "撤销本次导入" not in said
    assert officer.get(f"{address}undo/").status_code == 302


def test_list_of_another_hospital_is_not_found(bring: Any, zhao: StaffMember, south: Hospital) -> None:
    batch, stranger = bring(), client_of(Cast(south).he)
    for path in ("undo/", "pause/"):
        assert stranger.post(f"imports/{batch.public_id}/{path}").status_code == 404
    batch.refresh_from_db()
    assert batch.state == "done"


def test_backlog_is_measured(north: Hospital, tmp_path: Path) -> None:
    from integrations.domain.figures import lists_waiting

    queued(north, tmp_path)
    assert lists_waiting() == {"lists": 1, "rows": 30}
