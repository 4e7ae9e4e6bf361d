"""What cannot be brought in is refused with one sentence in the reader's language, by page and command, and leaves
nothing behind; what only looks dangerous goes in as text.
"""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches
from integrations.domain.at_once import bring_in_file
from integrations.domain.error_file import error_file
from integrations.models import ImportBatch
from patients.models import Encounter, Patient
from tests.cast import Cast, client_of
from tests.integrations.lists import HEADER, csv_bytes, row, sheet_rows
from tests.integrations.old_workbook import Formula, old_workbook

pytestmark = pytest.mark.django_db

GB = csv_bytes([row()] * 200, "gb18030").split(b"\r\n")
ASKS_FOR_A_PASSWORD = (
    bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
)
OLD = old_workbook([HEADER, row()])
DAMAGED = "工作簿已损坏、过大，或在名单之外很远处有内容。应只把名单复制到新工作簿，另存为.xlsx后上传。"
BAD = {
    "empty": (b"", "文件是空的，没有数据行。"),
    "header_alone": (csv_bytes([]), "文件是空的，没有数据行。"),
    "truncated_text": (csv_bytes([row()] * 3)[:-40], "文件不完整。应重新导出并上传完整的文件。"),
    "truncated_sheet": (b"PK\x03\x04" + bytes(range(200)), "文件不完整。应重新导出并上传完整的文件。"),
    "binary": (bytes(range(256)) * 20, "这不是表格。应上传CSV、.xls或.xlsx文件。"),
    "password": (ASKS_FOR_A_PASSWORD, "文件有密码保护。应去掉密码后重新上传。"),
    "truncated_old_sheet": (OLD[: len(OLD) // 10], DAMAGED),
    "locked_old_sheet": (old_workbook([HEADER, row()], is_locked=True), "文件有密码保护。应去掉密码后重新上传。"),
    "far_cell": (old_workbook([HEADER, row()], far=(65535, 65535)), DAMAGED),
    "encoding": (
        b"\r\n".join([*GB[:150], b"\xff\xff\xff\xfe" + GB[150], *GB[151:]]),
        "第151行有无法按GB18030解码的字符。应另存为UTF-8编码的CSV或.xlsx。",
    ),
    "header": ("甲,乙,丙\n1,2,3\n".encode(), "没有找到表头行。文件中的列：甲, 乙, 丙。"),
    "web_page": (b"<html><body>no table</body></html>", "文件是没有表格的网页或XML。应在Excel中打开并另存为.xlsx。"),
}


@pytest.fixture
def officer(cast: Cast) -> Any:
    """A browser of North's information officer."""
    return client_of(cast.he)


def command(path: Path, hospital: str = "north", **options: Any) -> str:
    """What the command prints."""
    printed = io.StringIO()
    call_command("import_discharges", str(path), hospital=hospital, stdout=printed, **options)
    return printed.getvalue()


def refusal(path: Path, hospital: str = "north", **options: Any) -> str:
    """The sentence with which the command refuses."""
    with pytest.raises(CommandError) as raised:
        command(path, hospital, **options)
    return str(raised.value)


def kept_files(folder: Path) -> list[Path]:
    """Whatever lies in the private files."""
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("case", BAD)
def test_bad_file_gets_its_sentence_from_page_and_command_and_leaves_nothing(
    officer: Any, north: Hospital, tmp_path: Path, settings: Any, case: str
) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path / "private"
    content, sentence = BAD[case]
    page = officer.post("imports/new/", {"file": SimpleUploadedFile("名单.csv", content)})
    assert (page.status_code, list(page.context["form"].errors["file"])) == (422, [sentence])
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    assert refusal(path) == sentence
    with hospital_scope(north):
        assert (ImportBatch.objects.count(), Patient.objects.count()) == (0, 0)
    assert kept_files(tmp_path / "private") == []


def test_file_over_the_limit_gets_its_sentence_from_page_and_command(
    officer: Any, north: Hospital, tmp_path: Path, settings: Any
) -> None:
    settings.PRIVATE_FILES_DIR, settings.IMPORT_MAX_BYTES = tmp_path / "private", 1024 * 1024
    path = tmp_path / "list.csv"
    path.write_bytes(csv_bytes([row()]) * 8000)
    sentence = "文件有3MB，最多1MB。应按月份或科室拆分。"
    with path.open("rb") as file:
        page = officer.post("imports/new/", {"file": file})
    assert (page.status_code, list(page.context["form"].errors["file"])) == (422, [sentence])
    assert refusal(path) == sentence
    assert kept_files(tmp_path / "private") == []


def test_file_over_the_limit_of_every_installation_is_refused_unread(
    officer: Any, north: Hospital, tmp_path: Path, settings: Any
) -> None:
    settings.PRIVATE_FILES_DIR, path = tmp_path / "private", tmp_path / "list.csv"
    path.write_bytes(csv_bytes([row()]))
    with path.open("r+b") as file:
        file.truncate(200 * 1024 * 1024)
    assert refusal(path) == "文件有200MB，最多100MB。应按月份或科室拆分。"
    with path.open("rb") as file:
        page = officer.post("imports/new/", {"file": file})
    assert (page.status_code, list(page.context["form"].errors["file"])) == (
        422,
        ["文件有200MB，最多100MB。应按月份或科室拆分。"],
    )
    assert kept_files(tmp_path / "private") == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh-hans", "没有启用中的医院“nowhere”。"),
        ("zh-hant", "沒有啟用中的醫院“nowhere”。"),
        ("en", "There is no active hospital “nowhere”."),
    ],
)
def test_hospital_that_does_not_exist(north: Hospital, tmp_path: Path, language: str, sentence: str) -> None:
    (tmp_path / "list.csv").write_bytes(csv_bytes([row()]))
    assert refusal(tmp_path / "list.csv", "nowhere", language=language) == sentence


def test_page_of_a_hospital_that_does_not_exist(client: Any, north: Hospital) -> None:
    assert client.get("/nowhere/imports/").status_code == 404


def test_file_that_does_not_exist(north: Hospital, tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.csv") == f"没有文件{tmp_path / 'gone.csv'}。"


def test_required_column_that_is_missing_is_named(north: Hospital, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("住院号,姓名,科室\nZY1,甘书远,心内科\n", encoding="utf-8")
    assert refusal(tmp_path / "list.csv") == "缺少列：出院日期。文件中的列：住院号、姓名、科室。"


def test_reasons_are_told_in_the_language_asked_for(north: Hospital, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"")
    assert refusal(tmp_path / "list.csv", language="en") == "The file is empty: it holds no row of data."


def test_formulas_of_an_old_workbook_go_in_as_what_they_last_came_to(north: Hospital, tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(old_workbook([HEADER, [*row()[:9], Formula("=1+1"), *row()[10:]]]))
    bring_in_file(north, path, now=timezone.now())
    with hospital_scope(north):
        assert Encounter.objects.get().attending_name == "=1+1"


def test_formulas_go_in_as_text_and_come_out_harmless(north: Hospital, tmp_path: Path, actor: Any) -> None:
    path = tmp_path / "list.csv"
    formula = '=HYPERLINK("http://x")'
    path.write_bytes(csv_bytes([row(主管医生="=1+1"), row(姓名="", 住院号="ZY2", 出院科室=formula)]))
    bring_in_file(north, path, now=timezone.now())
    with hospital_scope(north):
        assert Encounter.objects.get().attending_name == "=1+1"
        batch = batches.take_in_file(path, digest="", file_name="a", kind="discharges", actor=None, now=timezone.now())
        batch.issues.create(row=2, line=3, kind="rejected", code="name_missing", is_dry=True)
        left_out = sheet_rows(error_file(batch, is_dry=True, actor=actor("information_officer")))[1]
    assert left_out[HEADER.index("出院科室") + 1] == f"'{formula}"
