"""What the demo says while it works."""

import datetime as dt
import io
import sys
from pathlib import Path

import pytest

from hospital_crm.demo.console import CLEARED, Bar, step
from hospital_crm.demo.data.history import _part_of
from hospital_crm.demo.data.stays import stays, write_discharge_lists
from hospital_crm.demo.data.wards import NORTH

pytestmark = pytest.mark.unit


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_console_that_keeps_lines_has_one_at_each_quarter_whatever_the_steps(capsys: pytest.CaptureFixture) -> None:
    bar = Bar()
    for done in (500, 5_500, 24_999, 25_000, 30_000, 76_000, 99_999, 100_000):
        bar(done, 100_000)
    assert capsys.readouterr().out == "    25 %\n    76 %\n    100 %\n"


def test_terminal_has_a_bar_that_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    with step("people"):
        bar = Bar()
        bar(500_000, 1_000_000)
        bar(1_000_000, 1_000_000)
    begun, half, whole, ended = sys.stdout.getvalue().split(CLEARED)
    assert (begun, half) == ("  people …", f"  [{'#' * 15}{'.' * 15}] 500,000/1,000,000 ")
    assert whole == f"  [{'#' * 30}] 1,000,000/1,000,000 "
    assert ended.startswith("  people: ")


def test_writing_a_long_list_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    rows = stays(
        departments=NORTH, people=2_500, today=dt.date(2026, 11, 28), seed=1, told=lambda *how_far: told.append(how_far)
    )
    (written,) = write_discharge_lists(tmp_path, rows).values()
    assert written > 2_500
    assert told == [(1_000, 2_500), (2_000, 2_500)]


def test_more_rows_than_a_list_may_have_make_several_lists(tmp_path: Path) -> None:
    rows = [(str(number),) for number in range(1, 6)]
    written = write_discharge_lists(tmp_path, iter(rows), most=2)
    assert list(written.values()) == [2, 2, 1]
    read = [path.read_text(encoding="utf-8-sig").splitlines() for path in written]
    assert [one[1:] for one in read] == [["1", "2"], ["3", "4"], ["5"]] and {one[0][:3] for one in read} == {"住院号"}


def test_a_part_of_a_long_step_tells_the_bar_of_the_whole() -> None:
    told: list[tuple[int, int]] = []
    part = _part_of(lambda *how_far: told.append(how_far), 2, 5)  # type: ignore[arg-type]
    for done in (1, 500, 504, 1_000):
        part(done, 1_000)
    assert told == [(250, 500), (300, 500)]
