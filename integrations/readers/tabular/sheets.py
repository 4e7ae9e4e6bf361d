"""Real spreadsheets (.xls, .xlsx) through calamine, and web pages that call themselves .xls.

Whole numbers lose the .0 that a spreadsheet gives them; numbers too long for a spreadsheet to hold keep their
scientific form, so that the reader of identity numbers sees that digits were lost. Dates stay dates. A workbook is
read by a process of its own (`sheet_process`): a damaged one ends that process and is refused.
"""

import contextlib
import datetime
import html.parser
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from integrations.readers.tabular import sheet_process
from integrations.readers.tabular.errors import (
    DamagedSheet,
    EmptyFile,
    OldXml,
    PasswordProtected,
    TruncatedFile,
    UnreadableFile,
)
from integrations.readers.tabular.sniff import OLD_OFFICE

Cell = str | datetime.datetime | datetime.date

_REFUSALS: dict[int, type[UnreadableFile]] = {
    sheet_process.PASSWORD: PasswordProtected,
    sheet_process.CANNOT_BE_READ: TruncatedFile,
}


def heads(path: Path, rows: int) -> list[tuple[str, list[list[Cell]]]]:
    """The visible sheets, first first, each with its first rows."""
    return [(name, [_cells(row) for row in first]) for name, first in _told(path, "heads", str(rows))]


def records(path: Path, sheet: str, header: int) -> Iterator[list[Cell]]:
    """All rows of a sheet from its first row on, so that the place in the list is the row number Excel shows. `header`:
    the row of the header, under which merged cells say what their first one says.
    """
    for some in _told(path, "rows", sheet, str(header)):
        yield from map(_cells, some)


def _told(path: Path, job: str, *what: str) -> Iterator[Any]:
    """What the reading process says, line by line. Refuses a workbook that it cannot read to its end."""
    with contextlib.ExitStack() as after:
        named = after.enter_context(_named_by_content(path))
        command = [sys.executable, "-I", sheet_process.__file__, job, str(named), *what]
        reader = after.enter_context(
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        )
        after.callback(reader.kill)
        for line in reader.stdout or ():
            if (said := json.loads(line)) == "end":
                return
            yield said
        raise _REFUSALS.get(reader.wait(), DamagedSheet)


@contextlib.contextmanager
def _named_by_content(path: Path) -> Iterator[Path]:
    """An old workbook under a name that says so: only then is it told that a password stands before it."""
    with path.open("rb") as file:
        is_old = file.read(len(OLD_OFFICE)) == OLD_OFFICE
    if not is_old:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="workbook-") as folder:
        link = Path(folder, "list.xls")
        link.symlink_to(path.resolve())
        yield link


def _cells(row: list[Any]) -> list[Cell]:
    return [cell if isinstance(cell, str) else _moment(cell[0]) for cell in row]


def _moment(text: str) -> datetime.datetime | datetime.date:
    return datetime.datetime.fromisoformat(text) if "T" in text else datetime.date.fromisoformat(text)


class _Tables(html.parser.HTMLParser):
    """Collects the cells of every table row; nested tables count as text of their cell. A cell over several rows says
    in each of them what it says.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._across = self._down = 1
        self._held: dict[int, tuple[int, str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._held = {column: (rows - 1, text) for column, (rows, text) in self._held.items() if rows > 1}
            self.rows.append([])
            self._take_held()
        elif tag in ("td", "th") and self.rows:
            self._finish()
            self._cell = []
            said = dict(attrs)
            self._across, self._down = _span(said.get("colspan"), 50), _span(said.get("rowspan"), 65536)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._finish()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _finish(self) -> None:
        if self._cell is None:
            return
        row, text = self.rows[-1], " ".join("".join(self._cell).split())
        for said in (text, *[""] * (self._across - 1)):
            if self._down > 1:
                self._held[len(row)] = (self._down, said)
            row.append(said)
        self._cell = None
        self._take_held()

    def _take_held(self) -> None:
        """What stands over this row too, as far as nothing else comes before it."""
        row = self.rows[-1]
        while len(row) in self._held:
            row.append(self._held[len(row)][1])


def _span(written: str | None, most: int) -> int:
    return max(min(int(written), most), 1) if written and written.isascii() and written.isdigit() else 1


def web_page_records(path: Path, encoding: str) -> list[list[Cell]]:
    """The rows of a web page that was saved as .xls. Refuses one without a table."""
    parser = _Tables()
    parser.feed(path.read_text(encoding=encoding, errors="replace"))
    parser.close()
    if not parser.rows:
        raise OldXml
    if not any(any(row) for row in parser.rows):
        raise EmptyFile
    return [list(row) for row in parser.rows]
