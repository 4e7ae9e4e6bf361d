"""Lists that only add what is new, or only correct what is known: what they leave out, counted and told by row."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Department, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing, undoing
from integrations.models import ImportBatch, ImportIssue
from patients.models import CheckupFinding, Encounter, Patient
from tests.cast import Cast, client_of
from tests.integrations.lists import csv_bytes, identity, row
from tests.integrations.test_checkups import HEADER as CHECKUP_HEADER
from tests.integrations.test_checkups import check_row
from tests.integrations.test_pages import upload
from tests.integrations.test_staff_sheets import work_on

pytestmark = pytest.mark.django_db

KNOWN = row()
CORRECTED = row(主管医生="林医师")
OTHER = row(住院号="ZY0002", 姓名="乔明", 身份证号=identity(order=3), 联系电话="13800000002")


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Brings rows into North with a mode; answers the list."""

    def act(rows: Any, mode: str = "both", kind: str = "discharges", header: Any = None) -> ImportBatch:
        path = tmp_path / "list.csv"
        text = csv_bytes(rows) if header is None else "\n".join(",".join(line) for line in (header, *rows)).encode()
        path.write_bytes(text)
        with hospital_scope(north):
            batch = batches.take_in_file(
                path,
                digest="",
                file_name="list.csv",
                kind=kind,
                actor=None,
                now=timezone.now(),
                asked={"options": {"mode": mode}},
            )
            batch.state = ImportBatch.State.QUEUED
            batch.save()
        assert importing.run(north, batch.pk)
        batch.refresh_from_db()
        return batch

    return act


def left_out(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """Row, kind and code of each finding."""
    return list(ImportIssue.objects.filter(batch=batch).order_by("row").values_list("row", "kind", "code"))


def stays() -> dict[str, str]:
    """Name → attending physician."""
    return dict(Encounter.objects.filter(is_cancelled=False).values_list("patient__name", "attending_name"))


def test_list_that_only_adds_leaves_known_stays_as_they_are(north: Hospital, bring: Any) -> None:
    bring([KNOWN])
    batch = bring([CORRECTED, OTHER], "create")
    with hospital_scope(north):
        assert left_out(batch) == [(1, "skipped", "stay_already")]
        assert stays() == {"甘书远": "陈医师", "乔明": "陈医师"}
    told = {name: batch.counts[name] for name in ("rows", "stays_created", "stays_updated", "skipped", "rejected")}
    assert told == {"rows": 2, "stays_created": 1, "stays_updated": 0, "skipped": 1, "rejected": 0}


def test_list_that_only_corrects_makes_neither_stays_nor_people(north: Hospital, bring: Any) -> None:
    bring([KNOWN])
    batch = bring([CORRECTED, OTHER], "update")
    with hospital_scope(north):
        assert left_out(batch) == [(2, "skipped", "no_stay_yet")]
        assert stays() == {"甘书远": "林医师"}
        assert Patient.objects.count() == 1
    assert (batch.counts["stays_updated"], batch.counts["patients_created"], batch.counts["skipped"]) == (1, 0, 1)


def test_faulty_row_stays_a_fault_whatever_the_list_may_do(north: Hospital, bring: Any) -> None:
    batch = bring([row(姓名=""), OTHER], "update")
    with hospital_scope(north):
        assert left_out(batch) == [(1, "rejected", "name_missing"), (2, "skipped", "no_stay_yet")]
    assert (batch.counts["rejected"], batch.counts["skipped"]) == (1, 1)


@pytest.mark.parametrize("chunk", [1, 5000])
def test_stay_the_list_itself_made_is_corrected_by_its_later_row(
    north: Hospital, bring: Any, monkeypatch: Any, chunk: int
) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", chunk)
    monkeypatch.setattr(importing, "CHUNK_ROWS", chunk)
    batch = bring([KNOWN, CORRECTED], "create")
    with hospital_scope(north):
        assert (left_out(batch), stays()) == ([], {"甘书远": "林医师"})


@pytest.mark.parametrize("chunk", [1, 5000])
def test_stay_the_list_corrected_is_corrected_by_its_later_row(
    north: Hospital, bring: Any, monkeypatch: Any, chunk: int
) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", chunk)
    monkeypatch.setattr(importing, "CHUNK_ROWS", chunk)
    bring([KNOWN])
    batch = bring([CORRECTED, row(主管医生="何医师")], "update")
    with hospital_scope(north):
        assert (left_out(batch), stays()) == ([], {"甘书远": "何医师"})


def test_stay_of_an_undone_list_is_added_again_and_not_corrected(north: Hospital, bring: Any) -> None:
    first = bring([KNOWN])
    with hospital_scope(north):
        undoing.undo(first, actor=None, now=timezone.now())
    importing.run(north, first.pk)
    assert bring([KNOWN], "update").counts["skipped"] == 1
    assert bring([KNOWN], "create").counts["stays_created"] == 1


def test_health_checks_are_only_added_or_only_corrected(north: Hospital, bring: Any) -> None:
    bring([check_row(1)], kind="checkups", header=CHECKUP_HEADER)
    rows = [check_row(1, 异常项目="血糖偏高"), check_row(2, 姓名="乔明")]
    adding = bring(rows, "create", "checkups", CHECKUP_HEADER)
    with hospital_scope(north):
        assert left_out(adding) == [(1, "skipped", "check_already")]
        assert not CheckupFinding.objects.filter(item="血糖偏高").exists()
        assert Encounter.objects.count() == 2
    correcting = bring([*rows, check_row(3, 姓名="丁三")], "update", "checkups", CHECKUP_HEADER)
    with hospital_scope(north):
        assert left_out(correcting) == [(3, "skipped", "no_check_yet")]
        assert CheckupFinding.objects.filter(item="血糖偏高").count() == 1
        assert (Encounter.objects.count(), Patient.objects.count()) == (2, 2)


def test_table_of_departments_is_only_added_to_or_only_corrected(north: Hospital, bring: Any) -> None:
    head = ("编码", "名称")
    bring([("01", "心内科")], kind="departments", header=head)
    adding = bring([("01", "心血管内科"), ("02", "普外科")], "create", "departments", head)
    correcting = bring([("01", "心血管内科"), ("03", "产科")], "update", "departments", head)
    with hospital_scope(north):
        assert left_out(adding) == [(1, "skipped", "code_already")]
        assert left_out(correcting) == [(2, "skipped", "no_code_yet")]
        assert dict(Department.objects.values_list("code", "name")) == {"01": "心血管内科", "02": "普外科"}


def test_of_rows_left_out_neither_remarks_nor_deaths_are_counted(north: Hospital, bring: Any, tmp_path: Path) -> None:
    wrong = identity()[:-1] + ("0" if identity()[-1] != "0" else "1")
    rows = [
        row(姓名="", 身份证号=wrong),
        row(身份证号=wrong, 离院方式="死亡"),
        row(住院号="ZY0003", 姓名="丁三", 身份证号=wrong, 联系电话="13800000003"),
    ]
    bring([KNOWN])
    path = tmp_path / "later.csv"
    path.write_bytes(csv_bytes(rows))
    tried = command(path, "--mode", "create", "--dry-run")
    batch = bring(rows, "create")
    with hospital_scope(north):
        assert left_out(batch) == [
            (1, "rejected", "name_missing"),
            (2, "skipped", "stay_already"),
            (3, "warning", "identity_check_digit"),
        ]
    said = {name: batch.counts[name] for name in ("rejected", "skipped", "warning", "deaths")}
    assert said == {"rejected": 1, "skipped": 1, "warning": 1, "deaths": 0}
    assert ([one["row"] for one in tried["warnings"]], tried["deaths"]) == ([3], 0)


def command(path: Path, *options: str) -> dict[str, Any]:
    said = io.StringIO()
    call_command("import_discharges", str(path), *options, "--json", hospital="north", stdout=said)
    return json.loads(said.getvalue())


def test_command_tells_the_rows_left_out_by_choice(north: Hospital, bring: Any, tmp_path: Path) -> None:
    bring([KNOWN])
    path = tmp_path / "later.csv"
    path.write_bytes(csv_bytes([CORRECTED, OTHER]))
    skipped = [{"row": 1, "reason": "这次住院已在档，而本次只新增"}]
    tried = command(path, "--mode", "create", "--dry-run")
    assert (tried["stays_created"], tried["rejected"], tried["skipped"]) == (1, [], skipped)
    assert command(path, "--mode", "create")["skipped"] == skipped
    assert "skipped" not in command(path), "asked for nothing, told as ever"
    with hospital_scope(north):
        assert stays() == {"甘书远": "林医师", "乔明": "陈医师"}


def test_mode_is_asked_for_with_the_file_and_said_on_every_step(cast: Cast, north: Hospital, bring: Any) -> None:
    bring([KNOWN])
    officer = client_of(cast.he)
    assert '<option value="create">' in officer.get("imports/new/").content.decode()
    page = officer.get(upload(officer, csv_bytes([CORRECTED, OTHER]), mode="create").url, follow=True)
    places = {field.html_name: field.value() for field in page.context["form"]}
    url = officer.post(page.redirect_chain[-1][0], places).url
    assert work_on(north, url)
    preview = officer.get(url)
    assert preview.context["to_import"] == 1
    assert [one.action for one in preview.context["preview"].rows] == ["跳过", "新建"]
    assert "只新增" in preview.context["facts"]
    officer.post(f"{url}start/")
    assert work_on(north, url)
    result = officer.get(url)
    assert (result.context["counts"]["skipped"], [one.code for one in result.context["issues"]]) == (
        1,
        ["stay_already"],
    )
