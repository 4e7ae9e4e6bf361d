"""Files are recognised by their content, and bad ones refused with a reason of their own."""

from pathlib import Path

import pytest

from integrations.readers.discharge_fields import DISCHARGE_FIELDS
from integrations.readers.tabular import errors
from integrations.readers.tabular.columns import match_columns
from integrations.readers.tabular.table import Table, open_table
from tests.integrations.lists import HEADER, csv_bytes, row, xlsx

pytestmark = pytest.mark.unit


def opened(path: Path, content: bytes = b"", max_bytes: int = 1 << 20) -> Table:
    """The list as it is recognised."""
    if content:
        path.write_bytes(content)
    return open_table(path, DISCHARGE_FIELDS, max_bytes)


@pytest.mark.parametrize(
    ("encoding", "separator", "label"),
    [
        ("utf-8", ",", "utf-8"),
        ("utf-8-sig", ",", "utf-8-sig"),
        ("gb18030", ",", "gb18030"),
        ("gb18030", "\t", "gb18030"),
        ("utf-16", "\t", "utf-16"),
        ("utf-16-le", "\t", "utf-16-le"),
        ("utf-8", ";", "utf-8"),
    ],
)
def test_text_is_recognised_whatever_it_is_called(tmp_path: Path, encoding: str, separator: str, label: str) -> None:
    table = opened(tmp_path / "list.xls", csv_bytes([row(), row(住院次数="2")], encoding, separator))
    assert (table.info.kind, table.info.encoding, table.info.separator) == ("text", label, separator)
    assert [one.cells[1] for one in table.rows()] == ["甘书远", "甘书远"]


def test_title_rows_totals_blank_rows_and_repeated_headers_are_no_data(tmp_path: Path) -> None:
    rows = [",".join(HEADER), ",".join(row()), "", ",".join(HEADER), ",".join(row(住院号="ZY0002")), "共2例"]
    table = opened(tmp_path / "list.csv", "\n".join(["某某医院出院名单", "2025年3月", *rows, "合计,2"]).encode())
    assert table.info.header_line == 3
    assert [(one.number, one.line) for one in table.rows()] == [(1, 4), (2, 7)]


def test_spreadsheet_rows_keep_the_numbers_people_see(tmp_path: Path) -> None:
    table = opened(xlsx(tmp_path / "list.xlsx", [row()], above=2))
    assert (table.info.kind, table.info.sheet, table.info.header_line) == ("xlsx", "出院患者", 3)
    assert [(one.number, one.line) for one in table.rows()] == [(1, 4)]


def test_long_numbers_of_a_spreadsheet_show_their_damage(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "list.xlsx", [[12345678.0, "甘书远", 990101196001010000.0]], HEADER[:2] + ("身份证号",))
    assert next(opened(path).rows()).cells == ["12345678", "甘书远", "9.90101196001010E+17"]


def test_web_page_called_xls_is_read(tmp_path: Path) -> None:
    cells = "".join(f"<td>{value}</td>" for value in row())
    heads = "".join(f"<th>{name}</th>" for name in HEADER)
    page = f"<html><meta charset=gb2312><table><tr>{heads}</tr><tr>{cells}</tr></table></html>".encode("gb18030")
    table = opened(tmp_path / "list.xls", page)
    assert (table.info.kind, next(table.rows()).cells[1]) == ("html", "甘书远")


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"\n\n  \n", errors.EmptyFile),
        (csv_bytes([]), errors.EmptyFile),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), errors.BinaryFile),
        (bytes(range(256)) * 20, errors.BinaryFile),
        (b"%PDF-1.7 ...", errors.BinaryFile),
        (b"PK\x03\x04 broken archive", errors.TruncatedFile),
        (csv_bytes([row()] * 3)[:-40], errors.TruncatedFile),
        (csv_bytes([row()] * 3) + b'ZY9,"open quote', errors.TruncatedFile),
        ("甲,乙,丙\n1,2,3\n".encode(), errors.UnknownHeader),
        (b"<?xml version='1.0'?><Workbook/>", errors.OldXml),
        (b"<html><body>no table</body></html>", errors.OldXml),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
            errors.PasswordProtected,
        ),
    ],
)
def test_bad_file_is_refused_with_its_own_reason(
    tmp_path: Path, content: bytes, refusal: type[errors.UnreadableFile]
) -> None:
    with pytest.raises(errors.UnreadableFile) as raised:
        opened(tmp_path / "list.csv", content)
    assert type(raised.value) is refusal


def test_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.csv").touch()
    with pytest.raises(errors.EmptyFile):
        opened(tmp_path / "list.csv")


def test_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(errors.TooLarge) as raised:
        opened(tmp_path / "list.csv", csv_bytes([row()]), max_bytes=100)
    assert raised.value.params == {"size": 1, "limit": 0}


def test_undecodable_bytes_name_their_row(tmp_path: Path) -> None:
    lines = csv_bytes([row()] * 200, "gb18030").split(b"\r\n")
    lines[150] = b"\xff\xff\xff\xfe" + lines[150]
    with pytest.raises(errors.WrongEncoding) as raised:
        opened(tmp_path / "list.csv", b"\r\n".join(lines))
    assert raised.value.params["row"] == 151


def test_unknown_header_lists_the_columns_found(tmp_path: Path) -> None:
    with pytest.raises(errors.UnknownHeader) as raised:
        opened(tmp_path / "list.csv", "甲,乙,丙\n1,2,3\n".encode())
    assert raised.value.params == {"columns": "甲, 乙, 丙"}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("患者姓名", "name"),
        ("* 姓 名", "name"),
        ("出院日期(yyyy-mm-dd)", "discharged_on"),
        ("聯絡電話", "phone"),
        ("联系电话2", "phone"),
        ("Discharge Date", "discharged_on"),
        ("主管醫師", "physician"),
        ("出院诊断编码（ICD-10）", "diagnosis_code"),
        ("离院方式", "disposition"),
        ("毫不相干", ""),
    ],
)
def test_header_synonyms(header: str, field: str) -> None:
    assert DISCHARGE_FIELDS.field_of(header) == field


def test_ambiguous_header_is_asked_unless_one_meaning_is_left() -> None:
    asked = match_columns(["姓名", "日期"], DISCHARGE_FIELDS)
    assert asked.doubtful == {1: ("discharged_on", "admitted_on")}
    settled = match_columns(["姓名", "出院日期", "日期"], DISCHARGE_FIELDS)
    assert (settled.doubtful, settled.places["admitted_on"]) == ({}, (2,))


def test_two_telephone_columns_are_both_taken() -> None:
    assert match_columns(["姓名", "手机", "家庭电话"], DISCHARGE_FIELDS).places["phone"] == (1, 2)
