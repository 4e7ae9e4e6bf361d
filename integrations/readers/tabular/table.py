"""One list, opened: what it is, its header, and its rows one after the other.

`number` counts data rows from 1 under the header; `line` is the row a person sees in the spreadsheet. Blank rows,
repeated
headers and total rows (合计, 共…例) are no data.
"""

import datetime
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from integrations.readers.tabular import sheets, text
from integrations.readers.tabular.columns import Fields, known_headers, match_columns
from integrations.readers.tabular.errors import EmptyFile, UnknownHeader
from integrations.readers.tabular.sniff import recognise
from integrations.readers.tabular.totals import is_total, is_written
from integrations.readers.values import without_controls

Cell = str | datetime.datetime | datetime.date

HEADER_WITHIN = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One data row."""

    number: int
    line: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What was recognised: kind text|xls|xlsx|html, encoding, separator, sheet, line of the header and its cells."""

    kind: str
    encoding: str
    separator: str
    sheet: str
    header_line: int
    columns: tuple[str, ...]
    size: int


class Table:
    """A recognised list. `rows()` can be called again; each call reads the file anew and holds one row at a time."""

    def __init__(self, path: Path, info: TableInfo) -> None:
        self.path = path
        self.info = info

    def rows(self) -> Iterator[Row]:
        """The data rows in order."""
        header = [part.strip() for part in self.info.columns]
        number = 0
        for line, cells in enumerate(records(self.path, self.info), 1):
            if line > self.info.header_line and _is_data(cells, header):
                number += 1
                yield Row(number, line, cells)

    def count(self) -> int:
        """How many data rows there are."""
        return sum(1 for _ in self.rows())


def open_table(path: Path, fields: Fields, max_bytes: int) -> Table:
    """Recognise the file and its header row. Refuses (see errors) what cannot be read to its end."""
    form = recognise(path, max_bytes)
    if form.kind == "text":
        info = _text_info(path, fields, form.size)
    elif form.kind == "html":
        info = _web_page_info(path, fields, form.size)
    else:
        info = _sheet_info(path, form.kind, fields, form.size)
    table = Table(path, info)
    if next(table.rows(), None) is None:
        raise EmptyFile
    return table


def records(path: Path, info: TableInfo) -> Iterator[list[Cell]]:
    """All rows of the file, title and blank rows included."""
    if info.kind == "text":
        return iter(text.records(path, text.TextShape(info.encoding, info.separator)))
    if info.kind == "html":
        return iter(sheets.web_page_records(path, info.encoding))
    return sheets.records(path, info.sheet, info.header_line)


def _text_info(path: Path, fields: Fields, size: int) -> TableInfo:
    shape = text.find_shape(path, lambda rows: max((known_headers(row, fields) for row in rows), default=0))
    line, columns = _header(text.records(path, shape), fields)
    text.check_to_the_end(path, shape, len(columns), _needed(columns, fields))
    return TableInfo("text", shape.encoding, shape.separator, "", line, columns, size)


def _needed(columns: Sequence[str], fields: Fields) -> list[list[int]]:
    """For each thing a row cannot do without, the columns that say it."""
    places = match_columns(columns, fields).places
    needed = [[column for name in names.split("|") for column in places.get(name, ())] for names in fields.required]
    return [columns for columns in needed if columns]


def _web_page_info(path: Path, fields: Fields, size: int) -> TableInfo:
    shape = text.find_shape(path, lambda rows: 0)
    line, columns = _header(iter(sheets.web_page_records(path, shape.encoding)), fields)
    return TableInfo("html", shape.encoding, "", "", line, columns, size)


def _sheet_info(path: Path, kind: str, fields: Fields, size: int) -> TableInfo:
    """The sheet whose header names most fields."""
    found: list[tuple[int, int, TableInfo]] = []
    refusal: UnknownHeader | EmptyFile = EmptyFile()
    for order, (name, first) in enumerate(sheets.heads(path, HEADER_WITHIN)):
        try:
            line, columns = _header(iter(first), fields)
        except EmptyFile:
            continue
        except UnknownHeader as error:
            refusal = refusal if isinstance(refusal, UnknownHeader) else error
            continue
        found.append((known_headers(columns, fields), -order, TableInfo(kind, "", "", name, line, columns, size)))
    if not found:
        raise refusal
    return max(found, key=lambda item: item[:2])[2]


def _header(rows: Iterator[Sequence[Cell]], fields: Fields) -> tuple[int, tuple[str, ...]]:
    """The line of the header (from 1) and its cells. Refuses a file where no early row names two fields."""
    sample = [list(row) for row in itertools.islice(rows, HEADER_WITHIN)]
    if not any(any(is_written(cell) for cell in row) for row in sample):
        raise EmptyFile
    scores = [known_headers(row, fields) for row in sample]
    best = max(scores)
    if best < 2:
        widest = max(sample, key=lambda row: sum(map(is_written, row)))
        raise UnknownHeader(columns=_listed(widest))
    place = scores.index(best)
    return place + 1, tuple(_text(cell) for cell in sample[place])


def _listed(cells: Sequence[Cell]) -> str:
    """The first columns as people see them, cut short so that a binary mess does not fill the screen."""
    names = [_text(cell)[:20] for cell in cells if is_written(cell)]
    return ", ".join(names[:15]) + (" …" if len(names) > 15 else "")


def _is_data(cells: Sequence[Cell], header: list[str]) -> bool:
    first = next(filter(is_written, cells), None)
    if first is None:
        return False
    if isinstance(first, str):
        if is_total(first, cells, len(header)):
            return False
        if first.strip() in header and [_text(cell) for cell in cells] == header:
            return False
    return True


def _text(cell: Cell) -> str:
    return " ".join(without_controls(cell).split()) if isinstance(cell, str) else str(cell)
