"""Workbooks that are damaged, cut off, locked or merely odd are refused in words; the process that asked goes on."""

import random
import zipfile
from pathlib import Path

import pytest

from integrations.readers.discharge_fields import DISCHARGE_FIELDS
from integrations.readers.tabular import errors, sheet_process
from integrations.readers.tabular.table import Table, open_table
from tests.integrations.lists import HEADER, row, xlsx
from tests.integrations.old_workbook import Formula, old_workbook

pytestmark = pytest.mark.unit

STAYS = [HEADER, *[row(住院号=f"ZY{number:04d}") for number in range(40)]]


def opened(path: Path, content: bytes = b"") -> Table:
    """The list as it is recognised."""
    if content:
        path.write_bytes(content)
    return open_table(path, DISCHARGE_FIELDS, 1 << 24)


def outcome(path: Path, content: bytes) -> str:
    """`read`, or the code of the refusal."""
    try:
        return "read" if opened(path, content).count() else "nothing"
    except errors.UnreadableFile as refusal:
        return refusal.code


def with_cell(path: Path, place: str) -> Path:
    """The list as .xlsx with a blank cell far away from it."""
    xlsx(path, [row()])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    line = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = f'<row r="{line}"><c r="{place}" t="inlineStr"><is><t> </t></is></c></row></sheetData>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", far.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_old_workbook_is_read(tmp_path: Path) -> None:
    table = opened(tmp_path / "list.xls", old_workbook(STAYS))
    assert (table.info.kind, table.info.sheet, table.count()) == ("xls", "出院", 40)
    assert next(table.rows()).cells == row(住院号="ZY0000")


def test_formulas_of_an_old_workbook_give_what_they_last_came_to(tmp_path: Path) -> None:
    table = opened(tmp_path / "list.xls", old_workbook([HEADER, [Formula("ZY7"), *row()[1:]]]))
    assert next(table.rows()).cells == row(住院号="ZY7")


@pytest.mark.parametrize("name", ["list.xls", "list.csv", "list"])
def test_locked_old_workbook_is_refused_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    with pytest.raises(errors.PasswordProtected):
        opened(tmp_path / name, old_workbook(STAYS, is_locked=True))


@pytest.mark.parametrize("percent", range(5, 100, 5))
def test_old_workbook_cut_anywhere_is_refused(tmp_path: Path, percent: int) -> None:
    whole = old_workbook(STAYS)
    found = outcome(tmp_path / "list.xls", whole[: len(whole) * percent // 100])
    assert found in ("truncated", "damaged")


def test_old_workbook_with_overwritten_bytes_is_read_or_refused(tmp_path: Path) -> None:
    whole, chance = old_workbook(STAYS), random.Random(5)
    for _ in range(12):
        bytes_now = bytearray(whole)
        for place in chance.sample(range(512, len(whole)), 12):
            bytes_now[place] = chance.randrange(256)
        assert outcome(tmp_path / "list.xls", bytes(bytes_now)) in ("read", "truncated", "damaged", "header", "empty")


@pytest.mark.parametrize("place", [(65535, 65535), (65535, 255)])
def test_old_workbook_that_asks_for_all_memory_is_refused(tmp_path: Path, place: tuple[int, int]) -> None:
    assert outcome(tmp_path / "list.xls", old_workbook([HEADER, row()], far=place)) == "damaged"


@pytest.mark.parametrize("place", ["XFD1048576", "ZZ1048576"])
def test_cell_far_away_from_the_list_is_refused(tmp_path: Path, place: str) -> None:
    with pytest.raises(errors.DamagedSheet):
        opened(with_cell(tmp_path / "list.xlsx", place))


def test_blank_cell_somewhat_away_from_the_list_does_no_harm(tmp_path: Path) -> None:
    assert opened(with_cell(tmp_path / "list.xlsx", "AZ5000")).count() == 1


def test_archive_of_an_unknown_version_is_refused(tmp_path: Path) -> None:
    content = bytearray(xlsx(tmp_path / "list.xlsx", [row()]).read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 156
    assert outcome(tmp_path / "list.xlsx", bytes(content)) == "truncated"


def test_workbook_that_computes_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    idle = tmp_path / "idle.py"
    idle.write_text("import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass\n")
    monkeypatch.setattr(sheet_process, "__file__", str(idle))
    with pytest.raises(errors.DamagedSheet):
        opened(xlsx(tmp_path / "list.xlsx", [row()]))


def children() -> set[str]:
    """The processes that this one has started and that still run."""
    return {pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}


def test_reading_process_ends_with_the_reader(tmp_path: Path) -> None:
    before = children()
    rows = opened(xlsx(tmp_path / "list.xlsx", [row()] * 2000)).rows()
    next(rows)
    assert children() > before
    rows.close()
    assert children() == before
