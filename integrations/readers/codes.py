"""From a row of a table of codes to a code and what is said of it. A row without a usable code or a name is refused."""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.readers import values
from integrations.readers.people import finding
from integrations.readers.problems import REJECTED, Problem
from integrations.readers.tabular.columns import ColumnMap
from integrations.readers.tabular.table import Row
from patients.domain.records import PersonRecord

_PARTS = re.compile(r"[;；,，、|/\n]+")
_LEVELS = {
    "1": 1,
    "省": 1,
    "省级": 1,
    "province": 1,
    "2": 2,
    "市": 2,
    "市级": 2,
    "地级": 2,
    "地级市": 2,
    "prefecture": 2,
    "city": 2,
    "3": 3,
    "县": 3,
    "区": 3,
    "县级": 3,
    "区县": 3,
    "区级": 3,
    "county": 3,
    "district": 3,
    "4": 4,
    "乡": 4,
    "镇": 4,
    "街道": 4,
    "乡级": 4,
    "township": 4,
    "street": 4,
}


@dataclass(slots=True)
class CodeRecord:
    """One row: `said` holds what its columns say, by our names; a column that the list lacks is not in it."""

    row: int
    code: str
    term: str
    said: Mapping[str, Any]
    has_died: bool = False

    @property
    def content(self) -> tuple:
        """Two rows of one content are an exact repeat."""
        return (self.code, self.term, *(str(value) for value in self.said.values()))


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A data row read: `record` is None where the row is refused."""

    number: int
    line: int
    record: CodeRecord | None
    problems: tuple[Problem, ...]


def several(cell: Any) -> list[str]:
    """预保科;预防保健 → two names, in their order, each once."""
    return list(dict.fromkeys(part.strip()[:60] for part in _PARTS.split(values.words(cell)) if part.strip()))


def level_of(cell: Any) -> int:
    """县级 → 3; 0 where it does not say."""
    return _LEVELS.get(values.plain(cell).casefold(), 0)


def level_of_code(code: str) -> int:
    """The level that a code of GB/T 2260 tells by its length and its zeros."""
    if len(code) > 6:
        return 4
    return 1 if len(code) == 2 or code.endswith("0000") else 2 if len(code) == 4 or code.endswith("00") else 3


def parent_of_code(code: str, level: int) -> str:
    """The code of the division above, written as long as this one's."""
    lengths = {2: 2, 3: 4, 4: 6}
    if level not in lengths:
        return ""
    above = code[: lengths[level]]
    return above.ljust(6, "0") if len(code) == 6 else above


class CodeReader:
    """Reads the rows of one table. `pattern`: what a code looks like; `longest`: of the name; `columns`: our name →
    how a cell is understood.
    """

    def __init__(
        self,
        columns: ColumnMap,
        *,
        pattern: re.Pattern[str],
        longest: int,
        extra: Mapping[str, Callable[[Any], Any]],
    ) -> None:
        self.places = {name: where[0] for name, where in columns.places.items()}
        self.pattern, self.longest = pattern, longest
        self.extra = {name: read for name, read in extra.items() if name in self.places}

    def read(self, row: Row) -> CodeRow:
        """The row as a code, or refused."""
        code, term, problems = self._code(row), self._text(row, "term"), list[Problem]()
        if not code:
            problems.append(Problem(REJECTED, "code_missing", "table_code"))
        elif not self.pattern.fullmatch(code):
            problems.append(finding(REJECTED, "code_impossible", "table_code", code[:40]))
        if not term:
            problems.append(Problem(REJECTED, "term_missing", "term"))
        elif len(term) > self.longest:
            problems.append(finding(REJECTED, "term_too_long", "term", term[:40]))
        said = {name: read(self._cell(row, name)) for name, read in self.extra.items()}
        record = None if problems else CodeRecord(row.number, code, term, said)
        return CodeRow(row.number, row.line, record, tuple(problems))

    def person_in(self, row: Row) -> PersonRecord:
        """Nobody: these lists are about no person."""
        return PersonRecord(row=row.number, name="")

    def _code(self, row: Row) -> str:
        return values.plain(self._cell(row, "table_code")).replace(" ", "").removesuffix(".0")

    def _text(self, row: Row, name: str) -> str:
        return " ".join(values.words(self._cell(row, name)).split())

    def _cell(self, row: Row, name: str) -> Any:
        place = self.places.get(name)
        return row.cells[place] if place is not None and place < len(row.cells) else None


def reader_of(
    columns: ColumnMap, today: datetime.date, *, pattern: str, longest: int, **extra: Callable[[Any], Any]
) -> CodeReader:
    """A reader for one kind of table."""
    return CodeReader(columns, pattern=re.compile(pattern), longest=longest, extra=extra)
