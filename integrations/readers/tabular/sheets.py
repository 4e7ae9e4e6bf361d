"""Real spreadsheets (.xls, .xlsx) through calamine, and web pages that call themselves .xls.

Whole numbers lose the .0 that a spreadsheet gives them; numbers too long for a spreadsheet to hold keep their
scientific
form, so that the reader of identity numbers sees that digits were lost. Dates stay dates.
"""

import datetime
import html.parser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine

from integrations.readers.tabular.errors import EmptyFile, OldXml, PasswordProtected, TruncatedFile

MAX_SHEETS = 12
_LONGEST_EXACT = 10**15

Cell = str | datetime.datetime | datetime.date


def sheet_names(path: Path) -> list[str]:
    """The visible sheets, first first."""
    with _opened(path) as book:
        visible = [
            sheet.name for sheet in book.sheets_metadata if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        return visible[:MAX_SHEETS] or book.sheet_names[:MAX_SHEETS]


def records(path: Path, sheet: str) -> Iterator[list[Cell]]:
    """All rows of a sheet from its first row on, so that the place in the list is the row number Excel shows."""
    with _opened(path) as book:
        try:
            table = book.get_sheet_by_name(sheet)
            for row in table.iter_rows():
                yield [_cell(value) for value in row]
        except (python_calamine.CalamineError, OSError):
            raise TruncatedFile from None


def _opened(path: Path) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError:
        raise PasswordProtected from None
    except (python_calamine.CalamineError, OSError) as error:
        if "assword" in str(error):
            raise PasswordProtected from None
        raise TruncatedFile from None


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value
    return str(value)


def _number(value: int | float) -> str:
    if abs(value) >= _LONGEST_EXACT:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)


class _Tables(html.parser.HTMLParser):
    """Collects the cells of every table row; nested tables count as text of their cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self._finish()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), 50) if span.isdigit() else 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._finish()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _finish(self) -> None:
        if self._cell is not None:
            self.rows[-1].extend([" ".join("".join(self._cell).split()), *[""] * (self._span - 1)])
            self._cell = None


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
