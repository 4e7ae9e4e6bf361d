"""Health-check lists: the check and its abnormal items, corrected and not doubled, read by the rules, undone."""

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Hospital
from followups.domain.facts import read_stays
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing, undoing
from integrations.models import ImportBatch, ImportIssue
from integrations.readers.checkups import items
from patients.domain.records import PersonRecord, VisitRecord
from patients.domain.visit_lines import VisitLines, write_lines
from patients.models import CheckupFinding, Encounter, Patient
from tests.integrations.lists import identity

pytestmark = pytest.mark.django_db
HEADER = ("体检号", "姓名", "身份证号", "手机", "体检日期", "体检套餐", "异常项目", "体检建议")


def check_row(n: int = 1, **said: str) -> list[str]:
    """The nth of invented clients; keywords replace what the row says."""
    values = {
        "体检号": f"TJ{n:04d}",
        "姓名": "甘书远",
        "身份证号": identity("19700101", 2 * n + 1),
        "手机": f"1380000{n:04d}",
        "体检日期": "2025-03-01",
        "体检套餐": "入职套餐",
        "异常项目": "血压偏高；脂肪肝(轻度)",
        "体检建议": "低盐饮食",
    }
    return [{**values, **said}[name] for name in HEADER]


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Brings a list in; answers it."""

    def act(rows: list[list[str]]) -> ImportBatch:
        text = io.StringIO()
        csv.writer(text).writerows([HEADER, *rows])
        path = tmp_path / "list.csv"
        path.write_bytes(text.getvalue().encode("utf-8-sig"))
        with hospital_scope(north):
            batch = batches.take_in_file(
                path, digest="", file_name="list.csv", kind="checkups", actor=None, now=timezone.now()
            )
            batch.state = ImportBatch.State.QUEUED
            batch.save()
        assert importing.run(north, batch.pk)
        batch.refresh_from_db()
        return batch

    return act


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("血压偏高；脂肪肝(轻度)", ("血压偏高", "脂肪肝(轻度)")),
        ("1.血压偏高\n2.窦性心律不齐", ("血压偏高", "窦性心律不齐")),
        ("1、血糖7.1；2、尿酸480", ("血糖7.1", "尿酸480")),
        ("未见异常", ()),
        ("", ()),
    ],
)
def test_items_are_parted(cell: str, found: tuple[str, ...]) -> None:
    assert items(cell) == found


def test_check_is_an_encounter_with_its_findings_which_the_rules_read(north: Hospital, bring: Any) -> None:
    batch = bring([check_row(1), check_row(2, 姓名="乔明", 异常项目="未见异常")])
    with hospital_scope(north):
        checks = list(Encounter.objects.order_by("source_key"))
        assert [(one.kind, one.visit_number, one.import_batch_id) for one in checks] == [
            ("checkup", "TJ0001", batch.pk),
            ("checkup", "TJ0002", batch.pk),
        ]
        found = CheckupFinding.objects.filter(encounter=checks[0]).values_list("item", "is_abnormal", "advice")
        assert [one[1:] for one in found] == [(False, ""), (True, "低盐饮食"), (True, "")]
        assert [one[0] for one in found][1:] == ["血压偏高", "脂肪肝(轻度)"]
        stays = read_stays([one.pk for one in checks], on=dt.date(2026, 6, 1))
        assert {(one.facts.encounter_id, one.facts.has_abnormal_finding) for one in stays} == {
            (checks[0].pk, True),
            (checks[1].pk, False),
        }
        assert set(Patient.objects.values_list("kind", flat=True)) == {"checkup"}
    assert (batch.counts["stays_created"], batch.counts["abnormal"], batch.counts["patients_created"]) == (2, 1, 2)


def test_second_list_changes_nothing_and_a_corrected_one_corrects(north: Hospital, bring: Any) -> None:
    bring([check_row(1)])
    again = bring([check_row(1)])
    assert (again.counts["stays_created"], again.counts["stays_updated"]) == (0, 0)
    corrected = bring([check_row(1, 异常项目="血压偏高")])
    assert (corrected.counts["stays_created"], corrected.counts["stays_updated"]) == (0, 1)
    with hospital_scope(north):
        assert CheckupFinding.objects.filter(is_abnormal=True).count() == 1


def feed_tells(*findings: tuple[str, str, bool, str], adds: bool) -> None:
    """Findings of the one check, told by a feed."""
    said = VisitRecord(0, PersonRecord(0, "甘书远"), checkup_findings=findings, adds_lines=adds, told_by="体检系统")
    lines = VisitLines(Encounter.objects.get())
    lines.say(said)
    write_lines([lines])


def found() -> list[tuple[str, str]]:
    return list(CheckupFinding.objects.filter(is_abnormal=True).order_by("rank").values_list("item", "value"))


def test_a_list_and_a_feed_keep_what_the_other_found(north: Hospital, bring: Any) -> None:
    bring([check_row(1)])
    with hospital_scope(north):
        feed_tells(("脂肪肝(轻度)", "中度", True, ""), ("血糖", "7.9", True, ""), adds=True)
        by_feed = [("脂肪肝(轻度)", "中度"), ("血糖", "7.9")]
        assert found() == [("血压偏高", ""), *by_feed]
    assert bring([check_row(1)]).counts["stays_updated"] == 0
    assert bring([check_row(1, 异常项目="尿酸偏高；脂肪肝(轻度)")]).counts["stays_updated"] == 1
    with hospital_scope(north):
        assert found() == [("尿酸偏高", ""), *by_feed]
        feed_tells(("血糖", "7.1", True, ""), adds=False)
        assert found() == [("尿酸偏高", ""), ("血糖", "7.1")]


def test_check_number_of_another_person_is_not_moved(north: Hospital, bring: Any) -> None:
    bring([check_row(1)])
    batch = bring([check_row(2, 体检号="TJ0001", 姓名="乔明")])
    with hospital_scope(north):
        assert ImportIssue.objects.filter(batch=batch).values_list("code", flat=True).get() == "stay_conflict"
        assert Encounter.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"体检日期": ""}, "checkup_day_missing"),
        ({"体检日期": "2025-02-30"}, "checkup_day_impossible"),
        ({"体检日期": "2099-01-01"}, "discharge_future"),
        ({"身份证号": ""}, "nobody"),
    ],
)
def test_row_that_cannot_count_is_left_out(north: Hospital, bring: Any, said: dict, code: str) -> None:
    batch = bring([check_row(1, **said)])
    with hospital_scope(north):
        assert list(ImportIssue.objects.filter(batch=batch).values_list("kind", "code")) == [("rejected", code)]


def test_undoing_cancels_checks_and_removes_people(north: Hospital, bring: Any) -> None:
    batch = bring([check_row(1)])
    with hospital_scope(north):
        undoing.undo(batch, actor=None, now=timezone.now())
    importing.run(north, batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.undone["stays"], batch.undone["people"]) == ("undone", 1, 1)
    with hospital_scope(north):
        assert Patient.objects.count() == 0


def test_page_is_for_whoever_imports(client_as: Any) -> None:
    assert client_as("information_officer").get("imports/checkups/").status_code == 200
    assert client_as("liaison").get("imports/checkups/").status_code == 403
