"""Quotation marks in text lists: proper ones hold cells together, stray ones swallow no row."""

from pathlib import Path

import pytest

from integrations.readers.discharge_fields import DISCHARGE_FIELDS
from integrations.readers.tabular import errors
from integrations.readers.tabular.quotes import MOST_LINES_OF_A_CELL
from integrations.readers.tabular.table import open_table

pytestmark = pytest.mark.unit

HEADER = "住院号,姓名,出院诊断,出院日期,出院医嘱"


def line(number: int, diagnosis: str = "骨折", instructions: str = "休息") -> str:
    """One stay, its cells as they stand in the file."""
    return f"ZY{number},甲{number},{diagnosis},2025-03-05,{instructions}"


def read(path: Path, lines: list[str], end: str = "\n") -> list[list[str]]:
    """Number, diagnosis and instructions of every row that is read."""
    path.write_text("\n".join([HEADER, *lines]) + end, encoding="utf-8")
    table = open_table(path, DISCHARGE_FIELDS, 1 << 22)
    return [[str(row.cells[place]) for place in (0, 2, 4)] for row in table.rows()]


@pytest.mark.parametrize(
    "marked", [{2: '"开放性伤口'}, {2: '"开放性伤口', 7: '"骨折'}, {2: '"开放性伤口', 3: '骨折"'}, {8: '"骨折'}]
)
def test_stray_marks_swallow_no_row(tmp_path: Path, marked: dict[int, str]) -> None:
    rows = read(tmp_path / "list.csv", [line(number, marked.get(number, "肺炎")) for number in range(1, 9)])
    assert rows == [[f"ZY{number}", marked.get(number, "肺炎"), "休息"] for number in range(1, 9)]


def test_a_stray_mark_in_every_row_swallows_none(tmp_path: Path) -> None:
    rows = read(tmp_path / "list.csv", [line(number, '"骨折') for number in range(1, 5)])
    assert [number for number, *_ in rows] == ["ZY1", "ZY2", "ZY3", "ZY4"]


def test_stray_marks_above_a_total_row_and_in_rows_without_their_last_cells(tmp_path: Path) -> None:
    lines = ['ZY1,甲,"骨折,2025-03-05', line(2), line(3, instructions='"休息'), "合计,3"]
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    rows = list(open_table(path, DISCHARGE_FIELDS, 1 << 20).rows())
    assert [row.cells[0] for row in rows] == ["ZY1", "ZY2", "ZY3"]


def test_two_stray_marks_in_one_row_keep_its_cells_apart(tmp_path: Path) -> None:
    assert read(tmp_path / "list.csv", [line(1), line(2, '"骨折', '"休息'), line(3, '"骨折', '休息"')]) == [
        ["ZY1", "骨折", "休息"],
        ["ZY2", '"骨折', '"休息'],
        ["ZY3", '"骨折', '休息"'],
    ]


def test_proper_quotes_keep_separators_line_breaks_and_marks(tmp_path: Path) -> None:
    lines = [
        line(1, '"骨折,左"', '"1. 休息,少动\n2. 复查\n3. ""慢走"""'),
        line(2, '"肺炎\n(右)"'),
        f'"ZY\n3"{line(3)[3:]}',
        line(4, '"骨折,右"', '"慢走'),
        line(5, '5" 管'),
    ]
    assert read(tmp_path / "list.csv", lines) == [
        ["ZY1", "骨折,左", '1. 休息,少动\n2. 复查\n3. "慢走"'],
        ["ZY2", "肺炎\n(右)", "休息"],
        ["ZY\n3", "骨折", "休息"],
        ["ZY4", "骨折,右", '"慢走'],
        ["ZY5", '5" 管', "休息"],
    ]


def test_marks_that_fit_no_reading_are_refused_with_their_row(tmp_path: Path) -> None:
    lines = [line(1), line(2, '"骨折'), *["随访"] * MOST_LINES_OF_A_CELL, line(3)]
    with pytest.raises(errors.UnbalancedQuotes) as raised:
        read(tmp_path / "list.csv", lines)
    assert raised.value.params == {"row": 3}


def test_file_that_ends_inside_a_quoted_cell_is_cut_off(tmp_path: Path) -> None:
    with pytest.raises(errors.TruncatedFile):
        read(tmp_path / "list.csv", [line(1), line(2, instructions='"休息\n两周')], end="")
    with pytest.raises(errors.TruncatedFile):
        read(tmp_path / "list.csv", [line(1), line(2, instructions='"休息两')], end="")


def test_last_row_without_its_last_cells_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{HEADER}\n{line(1)}\nZY2,甲,骨折,2025-03-05,", encoding="utf-8")
    assert open_table(path, DISCHARGE_FIELDS, 1 << 20).count() == 2
    path.write_text("出院日期,姓名,住院号,出院诊断\n2025-03-05,甲,ZY1,骨折\n2025-03-05,乙,ZY2", encoding="utf-8")
    assert open_table(path, DISCHARGE_FIELDS, 1 << 20).count() == 2


def test_last_row_that_lacks_what_it_needs_is_cut_off(tmp_path: Path) -> None:
    with pytest.raises(errors.TruncatedFile):
        read(tmp_path / "list.csv", [line(1), "ZY2,甲,骨折,2025-03-0"], end="")
