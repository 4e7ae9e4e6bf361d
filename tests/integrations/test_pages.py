"""The import pages: who may see them, the way of a list through them, and what a bad file is told."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import AccessLog, AuditEvent, Department, Hospital, StaffMember, Ward
from followups.domain.planning import plan_hospital
from followups.models import FollowUpOrder, TierAssignment
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import importing, new_places
from integrations.domain.at_once import bring_in_file
from integrations.domain.error_file import error_file
from integrations.models import ImportBatch, MatchConflict, PhysicianMapping
from patients.models import Encounter, Patient
from tests.cast import Cast, client_of
from tests.integrations.lists import csv_bytes, identity, row, sheet_rows
from tests.patients.factories import ContactPointFactory, IdentifierFactory, PatientFactory

pytestmark = pytest.mark.django_db
PAGES = ("imports/", "imports/new/", "imports/conflicts/", "imports/names/", "imports/staff/")


@pytest.fixture
def officer(cast: Cast) -> Any:
    """A browser of North's information officer."""
    return client_of(cast.he)


def upload(client: Any, content: bytes, name: str = "名单.csv", path: str = "imports/new/", **asked: str) -> Any:
    """Send a file."""
    return client.post(path, {"file": SimpleUploadedFile(name, content), **asked})


@pytest.mark.parametrize("path", PAGES)
def test_page_answers_the_officer_and_nobody_without_the_right(client_as: Any, officer: Any, path: str) -> None:
    assert officer.get(path).status_code == 200
    assert client_as("physician").get(path).status_code == 403


@pytest.mark.parametrize("path", ["imports/", "imports/conflicts/", "imports/names/"])
def test_reading_pages_refuse_other_methods(officer: Any, path: str) -> None:
    assert officer.post(path).status_code == 405


def test_list_goes_from_upload_to_result(
    officer: Any, north: Hospital, django_capture_on_commit_callbacks: Any
) -> None:
    uploaded = upload(officer, csv_bytes([row(), row(姓名="", 住院号="ZY0009")]))
    page = officer.get(uploaded.url, follow=True)
    assert page.redirect_chain[-1][0].endswith("/columns/")
    form = page.context["form"]
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(page.redirect_chain[-1][0], {name: form[name].value() for name in form.fields})
    preview = officer.get(uploaded.url)
    assert preview.context["counts"]["stays_created"] == 1
    assert "甘*远" in preview.content.decode() and "甘书远" not in preview.content.decode()
    left_out = officer.get(f"{uploaded.url}left-out/")
    assert left_out.headers["Content-Type"].endswith("spreadsheetml.sheet")
    connection.run_on_commit.clear()  # the test's one transaction would take the second asking for the first
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"{uploaded.url}start/")
    result = officer.get(uploaded.url)
    assert (result.context["batch"].state, result.context["counts"]["rejected"]) == ("done", 1)
    assert officer.get("imports/").status_code == 200


def test_result_leads_to_the_names_nobody_knows_until_they_are_settled(
    officer: Any, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    content = csv_bytes([row(出院科室="神经介入中心", 主管医生="无此人")])
    url = checked(officer, content, django_capture_on_commit_callbacks)
    connection.run_on_commit.clear()
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"{url}start/")
    page = officer.get(url)
    assert page.context["names_to_settle"] == 2
    assert "对照2个未知的科室和员工姓名" in page.content.decode()
    with hospital_scope(cast.hospital):
        Department.objects.filter(is_confirmed=False).update(is_confirmed=True)
        PhysicianMapping.objects.update(state=PhysicianMapping.State.DECIDED)
    assert "未知的科室" not in officer.get(url).content.decode()


def test_dry_run_names_the_departments_it_would_make_and_the_wards_nobody_knows(
    officer: Any, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with hospital_scope(cast.hospital):
        known = Department.objects.create(name="心内科")
        Ward.objects.create(name="心内一病区", department=known)
    said = [("心内科", "心内一病区"), ("介入科", "介入病区"), ("介入科", "介入病区"), ("睡眠中心", "")]
    lines = [
        f"ZY{n},甘书远,{identity(order=2 * n + 1)},2025-03-05,{department},{ward}"
        for n, (department, ward) in enumerate(said)
    ]
    content = "\n".join(["住院号,姓名,身份证号,出院日期,出院科室,病区", *lines])
    page = officer.get(checked(officer, content.encode(), django_capture_on_commit_callbacks))
    places = page.context["counts"]["places"]
    assert {name: places[name] for name in ("departments", "wards")} == {
        "departments": [["介入科", 2], ["睡眠中心", 1]],
        "wards": [["介入病区", 2]],
    }
    text = "".join(strip_tags(page.content.decode()).split())
    assert "介入科2行睡眠中心1行" in text
    with hospital_scope(cast.hospital):
        assert list(Department.objects.filter(is_confirmed=False)) == []


def test_dry_run_names_the_physicians_nobody_is_assigned_to_and_how_many_there_are(
    officer: Any, cast: Cast, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(new_places, "MOST_NAMES", 2)
    names = (cast.chen.name, "无此人", "也无此人", "也无此人", "某医师")
    rows = [
        row(住院号=f"ZY{n}", 身份证号=identity(order=2 * n + 1), 主管医生=name, 联系电话=f"1380000000{n}")
        for n, name in enumerate(names)
    ]
    url = checked(officer, csv_bytes(rows), django_capture_on_commit_callbacks)
    page = officer.get(url)
    places = page.context["counts"]["places"]
    assert (places["physicians"], places["n"]["physicians"]) == ([["也无此人", 2], ["无此人", 1]], 3)
    assert places["n"]["departments"] == len(places["departments"]) == 0
    text = "".join(strip_tags(page.content.decode()).split())
    assert "尚未对照的员工姓名（医师、护士）3" in text and "仅显示前2个" in text
    with hospital_scope(cast.hospital):
        assert not PhysicianMapping.objects.exists()
    connection.run_on_commit.clear()
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"{url}start/")
    assert officer.url("integrations:names") in officer.get(url).content.decode()


def test_death_is_a_fact_of_the_dry_run_and_no_finding_of_it(
    officer: Any, django_capture_on_commit_callbacks: Any
) -> None:
    url = checked(officer, csv_bytes([row(离院方式="死亡")]), django_capture_on_commit_callbacks)
    page = officer.get(url)
    assert (page.context["preview"].remarks, page.context["counts"]["warning"]) == ([], 0)
    assert "死亡客户停止一切联系" in page.content.decode()
    connection.run_on_commit.clear()
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"{url}start/")
    result = officer.get(url)
    assert (result.context["issues"], result.context["counts"]["deaths"]) == ([], 1)


def test_result_tells_what_was_planned_once_planning_has_run(
    officer: Any, north: Hospital, django_capture_on_commit_callbacks: Any
) -> None:
    left = f"{timezone.localdate() - dt.timedelta(days=1):%Y-%m-%d}"
    came = f"{timezone.localdate() - dt.timedelta(days=5):%Y-%m-%d}"
    rows = [row(入院日期=came, 出院日期=left, 住院号="ZY0002", 身份证号=identity(order=3), 姓名="甘小远")]
    rows.append(row(入院日期=came, 出院日期=left))
    url = checked(officer, csv_bytes(rows), django_capture_on_commit_callbacks)
    connection.run_on_commit.clear()
    with django_capture_on_commit_callbacks() as later:
        officer.post(f"{url}start/")
    with hospital_scope(north):
        batch = ImportBatch.objects.get()
    importing.run(north, batch.pk)
    page = officer.get(url)
    assert (later != [], page.context["planned"].waiting, page.context["planned"].orders) == (True, 2, 0)
    assert "还有2次就诊等待排随访" in page.content.decode()
    plan_hospital(north, now=timezone.now())
    page = officer.get(url)
    planned = page.context["planned"]
    with hospital_scope(north):
        orders = FollowUpOrder.objects.exclude(state="void").count()
        tiers = Counter(TierAssignment.objects.values_list("tier", flat=True))
    assert orders > 0
    assert (planned.waiting, planned.orders, [n for _, n in planned.tiers]) == (0, orders, [tiers[t] for t in "ABC"])
    told = "".join(strip_tags(page.content.decode()).split())
    assert (f"已排回访指令{orders}" in told, "/followups/" in page.content.decode()) == (True, False)


def checked(officer: Any, content: bytes, callbacks: Any) -> str:
    """The address of a list whose columns were left as recognised and whose dry run is done."""
    url = upload(officer, content).url
    form = officer.get(f"{url}columns/").context["form"]
    with callbacks(execute=True):
        officer.post(f"{url}columns/", {name: form[name].value() for name in form.fields})
    return url


CLINICAL = (
    "住院号,姓名,身份证号,出院日期,出院诊断,出院医嘱,检查所见\n"
    f"ZY1,甘书远,{identity()},2025-03-05,慢性胃炎,忌酒,胃窦充血\n"
    f"ZY2,,{identity(order=3)},2025-03-05,脑梗死,卧床,低密度影\n"
)


def test_officer_sees_that_clinical_text_is_there_and_not_what_it_says(
    officer: Any, django_capture_on_commit_callbacks: Any
) -> None:
    url = checked(officer, CLINICAL.encode(), django_capture_on_commit_callbacks)
    page = officer.get(url)
    diagnosis = [header for _, header, _ in page.context["preview"].columns].index("出院诊断")
    shown = [row.cells[diagnosis].text for row in page.context["preview"].rows]
    assert shown == ["已识别，内容不显示"] * 2
    assert "慢性胃炎" not in page.content.decode()
    head, left_out = sheet_rows(officer.get(f"{url}left-out/").content)
    assert dict(zip(head[4:8], left_out[4:8], strict=True)) == {
        "出院日期": "2025-03-05",
        "出院诊断": "已识别，内容不显示",
        "出院医嘱": "已识别，内容不显示",
        "检查所见": "已识别，内容不显示",
    }


def test_clinical_role_reads_the_rows_left_out_as_they_are(
    officer: Any, north: Hospital, actor: Any, django_capture_on_commit_callbacks: Any
) -> None:
    checked(officer, CLINICAL.encode(), django_capture_on_commit_callbacks)
    with hospital_scope(north):
        content = error_file(ImportBatch.objects.get(), is_dry=True, actor=actor("physician"))
        assert AuditEvent.objects.filter(verb="integrations.batch.left_out").count() == 1
    assert sheet_rows(content)[1][5:8] == ["脑梗死", "卧床", "低密度影"]


def test_people_named_in_the_rows_left_out_are_logged_as_exported(
    officer: Any, cast: Cast, north: Hospital, django_capture_on_commit_callbacks: Any
) -> None:
    with hospital_scope(north):
        people = {
            name: PatientFactory(name=name, birth_date=dt.date(1960, 1, 2)) for name in ("甘书远", "汤若水", "申亦安")
        }
        IdentifierFactory(patient=people["甘书远"], system="inpatient", value="ZY1")
        ContactPointFactory(patient=people["汤若水"], value="13800005678")
        ContactPointFactory(patient=people["申亦安"], value="13800005678")
    wrong = [
        row(住院号="ZY1", 出院日期="无"),
        row(住院号="ZY2", 出院日期="无", 姓名="汤若水", 出生日期="1960-01-02", 联系电话="13800005678", 身份证号=""),
        row(住院号="ZY3", 出院日期="无", 身份证号="", 联系电话=""),
        row(住院号="ZY4"),
    ]
    url = checked(officer, csv_bytes(wrong), django_capture_on_commit_callbacks)
    assert len(sheet_rows(officer.get(f"{url}left-out/").content)) == 4
    with hospital_scope(north):
        seen = AccessLog.objects.get(kind="export")
        named = sorted(people[name].pk for name in ("甘书远", "汤若水"))
        assert (seen.staff_id, seen.patient_ids, seen.purpose) == (cast.he.pk, named, "integrations.left_out")


def test_file_that_comes_back_without_its_clinical_text_says_nothing_clinical(
    officer: Any, north: Hospital, tmp_path: Path
) -> None:
    path = tmp_path / "back.csv"
    english = '"recognised, content not shown"'
    path.write_text(CLINICAL.replace("慢性胃炎", "已识别，内容不显示").replace("忌酒", english), encoding="utf-8")
    bring_in_file(north, path, now=timezone.now())
    with hospital_scope(north):
        stay = Encounter.objects.get(source_key__startswith="inpatient|ZY1|")
    assert (stay.diagnosis_text, stay.discharge_instructions) == ("", "")


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(99), "甲,乙\n1,2\n".encode(), b"PK\x03\x04x"])
def test_bad_file_is_refused_with_a_sentence_and_kept_nowhere(officer: Any, north: Hospital, content: bytes) -> None:
    answer = upload(officer, content)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    with hospital_scope(north):
        assert ImportBatch.objects.count() == 0


def test_file_over_the_limit_is_refused(officer: Any, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 50
    assert upload(officer, csv_bytes([row()])).status_code == 422


def test_list_of_another_hospital_does_not_exist(
    officer: Any, zhao: StaffMember, south: Hospital, north: Hospital
) -> None:
    url = upload(officer, csv_bytes([row()])).url
    key = url.rstrip("/").split("/")[-1]
    stranger = client_of(Cast(south).he)
    for page in ("", "columns/", "progress/", "left-out/"):
        assert stranger.get(f"imports/{key}/{page}").status_code == 404


def test_mapping_without_a_name_is_refused(officer: Any) -> None:
    page = officer.get(upload(officer, csv_bytes([row()])).url, follow=True)
    answer = officer.post(page.redirect_chain[-1][0], {"c0": "admission_number"})
    assert answer.status_code == 422


def test_discarded_list_leaves_no_file(
    officer: Any, north: Hospital, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path
    url = upload(officer, csv_bytes([row()])).url
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"{url}discard/")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("kind", ["discharges", "staff"])
def test_template_is_a_spreadsheet_with_the_columns_that_are_recognised(officer: Any, kind: str) -> None:
    assert officer.get(f"imports/template/{kind}/").content[:2] == b"PK"


def test_unknown_template_does_not_exist(officer: Any) -> None:
    assert officer.get("imports/template/nothing/").status_code == 404


@pytest.mark.parametrize("said", [{}, {"act": ""}, {"act": "perhaps"}])
def test_contradiction_is_not_decided_by_a_form_that_says_nothing(
    officer: Any, north: Hospital, tmp_path: Path, said: dict[str, str]
) -> None:
    for name in ("甘书远", "乔明"):
        (tmp_path / "list.csv").write_bytes(csv_bytes([row(姓名=name)]))
        bring_in_file(north, tmp_path / "list.csv", now=timezone.now())
    with hospital_scope(north):
        conflict = MatchConflict.objects.get()
    page = officer.post(f"imports/conflicts/{conflict.public_id}/", said, follow=True)
    assert "未作决定" in page.content.decode()
    with hospital_scope(north):
        conflict.refresh_from_db()
        assert (conflict.state, Patient.objects.count()) == ("open", 2)


@pytest.mark.parametrize(("act", "state"), [("same", "same"), ("separate", "separate")])
def test_contradiction_is_decided_by_its_buttons(
    officer: Any, north: Hospital, tmp_path: Path, act: str, state: str
) -> None:
    for name in ("甘书远", "乔明"):
        (tmp_path / "list.csv").write_bytes(csv_bytes([row(姓名=name)]))
        bring_in_file(north, tmp_path / "list.csv", now=timezone.now())
    with hospital_scope(north):
        conflict = MatchConflict.objects.get()
    page = officer.get("imports/conflicts/").content.decode()
    assert f'name="act" value="{act}"' in page
    officer.post(f"imports/conflicts/{conflict.public_id}/", {"act": act})
    with hospital_scope(north):
        conflict.refresh_from_db()
        assert conflict.state == state
