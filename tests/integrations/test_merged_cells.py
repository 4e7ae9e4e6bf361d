"""Cells that a spreadsheet shows as one: each row says what stands in the first."""

import datetime as dt
from pathlib import Path

import xlsxwriter

from integrations.readers.discharge_fields import DISCHARGE_FIELDS
from integrations.readers.stays import StayRow, read_stays
from integrations.readers.tabular.columns import match_columns
from integrations.readers.tabular.table import open_table
from tests.integrations.lists import HEADER, csv_bytes, row
from tests.integrations.old_workbook import old_workbook

PLACE = HEADER.index("出院科室")
ROWS = [row(住院号=f"ZY{n}", 出院科室="心内科" if n == 1 else "") for n in range(1, 5)]


def read(path: Path) -> list[StayRow]:
    """The rows of a discharge list."""
    table = open_table(path, DISCHARGE_FIELDS, 10**7)
    return list(read_stays(table.rows(), match_columns(table.info.columns, DISCHARGE_FIELDS), dt.date(2025, 3, 9)))


def departments(path: Path) -> list[str]:
    """The department of each row."""
    return [one.record.department if one.record else "-" for one in read(path)]


def merged_xlsx(path: Path, across: int = 0) -> Path:
    """The department of the first three rows in one cell; a title over all; the table begins `across` columns in."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, across, 1, across + len(HEADER) - 1, "出院患者名单")
        for line, values in enumerate([HEADER, *ROWS], 2):
            for column, value in enumerate(values):
                sheet.write(line, across + column, value)
        sheet.merge_range(3, across + PLACE, 5, across + PLACE, "心内科")
        sheet.merge_range(6, across + 1, 9, across + 1, "甘书远")
    return path


def test_department_over_three_rows_is_that_of_each(tmp_path: Path) -> None:
    assert departments(merged_xlsx(tmp_path / "list.xlsx")) == ["心内科", "心内科", "心内科", ""]


def test_column_is_counted_from_the_first_that_is_written(tmp_path: Path) -> None:
    assert departments(merged_xlsx(tmp_path / "list.xlsx", across=3)) == ["心内科", "心内科", "心内科", ""]


def test_rows_that_hold_nothing_else_stay_blank(tmp_path: Path) -> None:
    assert len(read(merged_xlsx(tmp_path / "list.xlsx"))) == 4


def test_old_workbook_too(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(old_workbook([HEADER, *ROWS], merged=[(1, 3, PLACE, PLACE)]))
    assert departments(path) == ["心内科", "心内科", "心内科", ""]


def test_header_of_two_rows_in_one_cell_is_not_repeated(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "list.xlsx")) as book:
        sheet = book.add_worksheet()
        for column, name in enumerate(HEADER):
            sheet.merge_range(0, column, 1, column, name)
        for line, values in enumerate(ROWS, 2):
            sheet.write_row(line, 0, values)
    assert departments(tmp_path / "list.xlsx") == ["心内科", "", "", ""]


def test_cell_over_several_rows_of_a_web_page(tmp_path: Path) -> None:
    lines = [f"<tr>{''.join(f'<th>{name}</th>' for name in HEADER)}</tr>"]
    for number, values in enumerate(ROWS):
        cells = [f"<td>{value}</td>" for value in values]
        if number < 3:
            cells[PLACE] = '<td rowspan="3">心内科</td>' if number == 0 else ""
        lines.append(f"<tr>{''.join(cells)}</tr>")
    path = tmp_path / "list.xls"
    path.write_text(f"<html><meta charset='utf-8'><table>{''.join(lines)}</table></html>", encoding="utf-8")
    assert departments(path) == ["心内科", "心内科", "心内科", ""]
    assert [one.record.attending_name for one in read(path) if one.record] == ["陈医师"] * 4


def test_department_that_is_not_said_is_a_remark_where_there_is_a_column(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(csv_bytes(ROWS))
    said = [[problem.code for problem in one.problems] for one in read(tmp_path / "list.csv")]
    assert said == [[], *[["department_missing"]] * 3]
