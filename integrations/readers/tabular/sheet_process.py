"""Reads one spreadsheet in a process of its own: `sheet_process.py heads|rows FILE …`, run by `sheets`.

A damaged workbook can make its reader ask for a thousand gigabytes or end the process it runs in. Here that ends this
process alone, which may take so much memory and computing time and no more. What was read goes out as lines of JSON;
only a last line `end` says that nothing is missing. It stands by itself: nothing of the project is imported.
"""

import datetime
import itertools
import json
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import python_calamine

MAX_SHEETS = 12
PASSWORD, CANNOT_BE_READ = 3, 4

_MEMORY = 1024 * 1024 * 1024
_SECONDS = 180
_ROWS_A_LINE = 200
_LONGEST_EXACT = 10**15

Written = str | list[str]


def main(job: str, path: str, *what: str) -> int:
    """The code with which the process ends: 0, or why the workbook cannot be read."""
    for limit, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (most, most))
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            _JOBS[job](book, *what)
    except python_calamine.PasswordError:
        return PASSWORD
    except (python_calamine.CalamineError, OSError) as error:
        return PASSWORD if "assword" in str(error) else CANNOT_BE_READ
    _write("end")
    return 0


def heads(book: python_calamine.CalamineWorkbook, rows: str) -> None:
    """Every visible sheet, first first, with its first rows."""
    for name in _visible(book):
        _write([name, [_cells(row) for row in itertools.islice(_rows(book, name), int(rows))]])


def rows(book: python_calamine.CalamineWorkbook, name: str, header: str) -> None:
    """All rows of a sheet from its first row on, a few hundred in a line. Of cells merged below each other, under the
    row of the header (from 1), each says what the first one says.
    """
    sheet = book.get_sheet_by_name(name)
    left = _filled(map(_cells, sheet.iter_rows()), _merged_below(sheet, int(header)))
    while some := list(itertools.islice(left, _ROWS_A_LINE)):
        _write(some)


_JOBS: dict[str, Callable[..., None]] = {"heads": heads, "rows": rows}


def _visible(book: python_calamine.CalamineWorkbook) -> list[str]:
    shown = python_calamine.SheetVisibleEnum.Visible
    visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == shown]
    return visible[:MAX_SHEETS] or book.sheet_names[:MAX_SHEETS]


def _rows(book: python_calamine.CalamineWorkbook, sheet: str) -> Iterator[list[Any]]:
    return iter(book.get_sheet_by_name(sheet).iter_rows())


def _merged_below(sheet: python_calamine.CalamineSheet, header: int) -> dict[int, list[tuple[int, int]]]:
    """First row → column and last row of what is merged within one column under the header; rows count from that of
    the sheet, columns from the first one that is written.
    """
    across = (sheet.start or (0, 0))[1]
    merged: dict[int, list[tuple[int, int]]] = {}
    for (first, left), (last, right) in sheet.merged_cell_ranges or ():
        if left == right >= across and header <= first < last:
            merged.setdefault(first, []).append((left - across, last))
    return merged


def _filled(rows: Iterable[list[Written]], merged: dict[int, list[tuple[int, int]]]) -> Iterator[list[Written]]:
    """A row of which nothing else is written stays blank."""
    held: dict[int, tuple[int, Written]] = {}
    for line, row in enumerate(rows):
        held = {column: one for column, one in held.items() if one[0] >= line}
        if held and any(row):
            for column, (_last, value) in held.items():
                row[column] = row[column] or value
        held |= {column: (last, row[column]) for column, last in merged.get(line, ()) if column < len(row)}
        yield row


def _cells(row: Iterable[Any]) -> list[Written]:
    return [value if isinstance(value, str) else _cell(value) for value in row]


def _cell(value: Any) -> Written:
    """Text as it is, numbers as people see them, a day or a time in a list of its own."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return [value.isoformat()]
    return str(value)


def _number(value: int | float) -> str:
    if abs(value) >= _LONGEST_EXACT:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)


def _write(said: object) -> None:
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
