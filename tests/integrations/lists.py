"""Small invented lists: areas 990… and 000 do not exist, nor do the numbers."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook
from stdnum.iso7064 import mod_11_2

HEADER = (
    "住院号",
    "姓名",
    "性别",
    "出生日期",
    "身份证号",
    "联系电话",
    "入院日期",
    "出院日期",
    "出院科室",
    "主管医生",
    "离院方式",
    "住院次数",
)


def identity(born: str = "19600101", order: int = 1) -> str:
    """A valid number of an area that does not exist; an odd order is a man's."""
    start = f"990101{born}{order:03d}"
    return start + mod_11_2.calc_check_digit(start)


def row(**said: str) -> list[str]:
    """One stay of an invented man; keywords replace what it says."""
    values = {
        "住院号": "ZY0001",
        "姓名": "甘书远",
        "性别": "男",
        "出生日期": "1960-01-01",
        "身份证号": identity(),
        "联系电话": "13800000001",
        "入院日期": "2025-03-01",
        "出院日期": "2025-03-05",
        "出院科室": "心内科",
        "主管医生": "陈医师",
        "离院方式": "医嘱离院",
        "住院次数": "1",
    }
    return [{**values, **said}[name] for name in HEADER]


def csv_bytes(rows: Iterable[Sequence[str]], encoding: str = "utf-8-sig", separator: str = ",") -> bytes:
    """The list as text."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([HEADER, *rows])
    return text.getvalue().encode(encoding)


def xlsx(path: Path, rows: Iterable[Sequence[object]], header: Sequence[str] = HEADER, above: int = 0) -> Path:
    """The list as a spreadsheet, `above` title rows over the header."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("出院患者")
        for line, values in enumerate([["名单"]] * above + [header, *rows]):
            for column, value in enumerate(values):
                sheet.write(line, column, value)
    return path


def sheet_rows(content: bytes) -> list[list[Any]]:
    """The cells of a workbook."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
