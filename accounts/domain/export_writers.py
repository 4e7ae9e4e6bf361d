"""Files that a spreadsheet opens without running anything: identifiers stay text, formulas are made harmless, and the
first row says who took the list out of the house, when, why, and under which number.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_EXCEL_CELL = 32_000


@dataclass(frozen=True)
class Sheet:
    """What a file says besides its rows: the watermark, the titles with their widths, the name of the sheet."""

    watermark: str
    titles: Sequence[str]
    widths: Sequence[int]
    name: str


class Writer(Protocol):
    """Takes rows one after the other; memory does not grow with them."""

    def rows(self, lines: Iterable[Sequence[str]]) -> None:
        """Adds rows."""

    def foot(self, text: str) -> None:
        """A last row, where something must be said."""


def harmless(text: str) -> str:
    """The text so that no spreadsheet runs it; telephone numbers and negative amounts keep their sign."""
    if text.startswith(_FORMULA_STARTS) and not text.lstrip("+-").replace(".", "").replace(" ", "").isdigit():
        return f"'{text}"
    return text


@contextmanager
def open_writer(format: str, path: Path, sheet: Sheet) -> Iterator[Writer]:
    """A writer of this format into `path`; the file is whole when the block ends."""
    with (_xlsx if format == "xlsx" else _csv)(path, sheet) as writer:
        yield writer


class _Csv:
    def __init__(self, file: Any) -> None:
        self._out = csv.writer(file)

    def rows(self, lines: Iterable[Sequence[str]]) -> None:
        self._out.writerows([harmless(text) for text in line] for line in lines)

    def foot(self, text: str) -> None:
        self._out.writerow([harmless(text)])


@contextmanager
def _csv(path: Path, sheet: Sheet) -> Iterator[_Csv]:
    """UTF-8 with its mark, which Excel needs to read Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = _Csv(file)
        writer.foot(sheet.watermark)
        writer.rows([list(sheet.titles)])
        yield writer
        writer.foot(sheet.watermark)


class _Xlsx:
    def __init__(self, sheet: Any, text: Any) -> None:
        self._sheet, self._text, self._row = sheet, text, 2

    def rows(self, lines: Iterable[Sequence[str]]) -> None:
        for line in lines:
            for column, value in enumerate(line):
                self._sheet.write_string(self._row, column, value[:_EXCEL_CELL], self._text)
            self._row += 1

    def foot(self, text: str) -> None:
        self._sheet.write_string(self._row, 0, text)
        self._row += 1


@contextmanager
def _xlsx(path: Path, sheet: Sheet) -> Iterator[_Xlsx]:
    import xlsxwriter  # only here: few pages write files, and every process would pay for it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        page = book.add_worksheet(sheet.name[:31])
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        mark = book.add_format({"bold": True, "font_color": "#b0261d"})
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        page.write_string(0, 0, sheet.watermark, mark)
        for column, title in enumerate(sheet.titles):
            page.write_string(1, column, title, bold)
        page.freeze_panes(2, 0)
        page.set_header(f"&L{sheet.watermark[:200].replace('&', '&&')}")
        page.set_footer("&C&P / &N")
        writer = _Xlsx(page, text)
        yield writer
        writer.foot(sheet.watermark)


def csv_bytes(head: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """A small file at once: UTF-8 with its mark."""
    text = io.StringIO()
    writer = _Csv(text)
    writer.rows([head])
    writer.rows(lines)
    return text.getvalue().encode("utf-8-sig")
