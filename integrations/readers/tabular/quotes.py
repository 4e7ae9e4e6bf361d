"""Quotation marks of text files: those that hold a cell together, and those that only stand in it.

A program that writes lists by hand puts `"开放性伤口` into a cell without doubling the mark. Read by the rules of CSV
such a cell swallows every row up to the next mark. So a mark that is left open is looked at: where what it would
swallow are cells or rows of the list by their number, it is a sign like any other. Cells that are quoted properly keep
their separators and line breaks.
"""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from integrations.readers.tabular.totals import is_total

MOST_LINES_OF_A_CELL = 1000

_NEVER_CLOSED = "unexpected end"
_LINE_ENDS = "\r\n"


class Quotes:
    """The lines of one file on their way to csv.reader; marks that hold nothing together are doubled on the way.

    Known at the end: `cut_off`, the last row ends in a quoted cell that is never closed; `unbalanced`, the lines, from
    1, whose marks fit neither reading.
    """

    def __init__(self, separator: str, dialect: dict[str, Any]) -> None:
        self.separator, self.dialect = separator, dialect
        self.cut_off = False
        self.unbalanced: list[int] = []
        self._widths: Counter[int] = Counter()
        self._usual: frozenset[int] = frozenset()
        self._waiting: deque[str] = deque()
        between = re.escape(separator)
        blanks = " *" if dialect["skipinitialspace"] else ""
        self._cell = re.compile(rf'{blanks}"([^"]*+(?:""[^"]*+)*+)"(?={between}|\Z)|{blanks}([^{between}]*+)')

    def mended(self, source: Iterator[str]) -> Iterator[str]:
        """The lines in order; no more of them are held than those of one record."""
        number = 1
        while (line := self._next(source)) is not None:
            if '"' not in line:
                self._note(line.count(self.separator) + 1)
            elif not self._is_plain(line):
                record = self._record(line, source, number)
                number += len(record)
                yield from record
                continue
            number += 1
            yield line

    def _next(self, source: Iterator[str]) -> str | None:
        return self._waiting.popleft() if self._waiting else next(source, None)

    def _taken(self, first: str, source: Iterator[str], block: list[str]) -> Iterator[str]:
        """The line and those after it, noted in `block` as they are asked for."""
        line: str | None = first
        while line is not None:
            block.append(line)
            yield line
            line = self._next(source) if len(block) < MOST_LINES_OF_A_CELL else None

    def _is_plain(self, line: str) -> bool:
        """Whether the line is quoted properly and as wide as the list."""
        try:
            width = len(next(csv.reader((line,), strict=True, **self.dialect)))
        except csv.Error:
            return False
        if width not in self._usual:
            return False
        self._note(width)
        return True

    def _record(self, first: str, source: Iterator[str], number: int) -> list[str]:
        """The lines of the record that begins with `first`, as csv.reader is to see them."""
        block: list[str] = []
        width = len(next(csv.reader(self._taken(first, source, block), **self.dialect), []))
        fault = self._fault(block)
        parts = [self._cells_of(line) for line in block]
        if self._swallows(block, parts, width, fault):
            self._waiting.extendleft(reversed(block[1:]))
            self._note(len(parts[0]))
            return [_quoted(parts[0], self.separator, first)]
        if _NEVER_CLOSED in fault and len(block) < MOST_LINES_OF_A_CELL:
            self.cut_off = True
        elif fault and len(block) > 1 and (_NEVER_CLOSED in fault or width not in self._usual):
            self.unbalanced.append(number)
        self._note(width)
        return block

    def _cells_of(self, line: str) -> list[str]:
        """The cells of a line by itself. A mark that is not closed before a separator is a sign of its cell; all of
        them are where only then the line is as wide as the list.
        """
        text = line.rstrip(_LINE_ENDS)
        cells: list[str] = []
        place = -1
        while place < len(text):
            found = self._cell.match(text, place + 1)
            quoted, bare = found.groups() if found else (None, "")
            cells.append(bare if quoted is None else quoted.replace('""', '"'))
            place = found.end() if found else len(text)
        signs = text.split(self.separator)
        return signs if len(signs) in self._usual and len(cells) not in self._usual else cells

    def _fault(self, block: list[str]) -> str:
        try:
            list(csv.reader(block, strict=True, **self.dialect))
        except csv.Error as error:
            return str(error)
        return ""

    def _swallows(self, block: list[str], parts: list[list[str]], width: int, fault: str) -> bool:
        """Whether a mark of the first line runs over cells or rows that stand for themselves: read by rule, the record
        has `width` cells.
        """
        widest = max(self._usual, default=0)
        is_row = len(parts[0]) in self._usual
        if len(block) == 1 and not fault:
            return is_row and width not in self._usual
        following = [part for part in parts[1:] if any(part) and not is_total(part[0], part, widest)]
        if not following:
            is_ended = block[0].endswith(tuple(_LINE_ENDS))
            return is_row and (is_ended if _NEVER_CLOSED in fault else len(block) == 1 and width not in self._usual)
        rows = sum(len(part) in self._usual for part in following)
        of_one_cell = sum(map(len, parts)) - len(parts) + 1
        return rows > 0 and rows * 2 >= len(following) and (bool(fault) or of_one_cell != width)

    def _note(self, width: int) -> None:
        """Counts the record, by which the number of cells is known that rows of the list have: most of them, or the
        widest.
        """
        self._widths[width] += 1
        if width not in self._usual and width > 1:
            widest, most = max(self._widths), self._widths.most_common(1)[0][0]
            self._usual = frozenset(one for one in (widest, most) if one > 1 and one * 2 > widest)


def _quoted(cells: list[str], separator: str, line: str) -> str:
    """The cells as a line on which every mark is doubled, ending as `line` does."""
    end = line[len(line.rstrip(_LINE_ENDS)) :]
    return separator.join('"' + cell.replace('"', '""') + '"' for cell in cells) + end
