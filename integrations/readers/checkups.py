"""From a row of a health-check list to a check and what it found.

A row is refused without a name, without a real day that is not in the future, and where nothing tells who it is for
good. Items stand in one cell or in several, parted by semicolons, full stops of lists or line breaks; what says that
nothing was found is no item.
"""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from integrations.readers import days, values
from integrations.readers.people import NUMBERS, PERSON_FIELDS, PersonReader, Plan, finding, text
from integrations.readers.problems import REJECTED, Problem
from integrations.readers.tabular.table import Row
from integrations.readers.values import Cell, Impossible
from patients.domain.names import is_placeholder
from patients.domain.records import CheckupRecord, PersonRecord

_PARTS = re.compile(r"[;；\n|]+|(?<!\d)、|(?<=[^\d])\d{1,2}[.．)）](?=\D)")
_NOTHING = frozenset(
    ("未见异常", "未见明显异常", "无异常", "正常", "无", "均正常", "未发现异常", "合格", "健康", "normal", "none")
)
_MOST_ITEMS = 60


def items(cell: Cell) -> tuple[str, ...]:
    """血压偏高；脂肪肝(轻度) → two items; 未见异常 → none."""
    parts = (
        re.sub(r"^\d{1,2}[.．、)）]\s*", "", part).strip(" ，,。.:：") for part in _PARTS.split(values.words(cell))
    )
    return tuple(part[:100] for part in parts if part and part.casefold() not in _NOTHING)[:_MOST_ITEMS]


@dataclass(frozen=True, slots=True)
class CheckupRow:
    """A data row read: `record` is None where the row is refused."""

    number: int
    line: int
    record: CheckupRecord | None
    problems: tuple[Problem, ...]


class CheckupReader(PersonReader):
    """Reads the rows of one health-check list whose columns are known."""

    number_asked_for = "identity_number"
    plan_of_kind: Plan = {
        **PERSON_FIELDS,
        "department": ("department", text(100), ""),
        "checkup_number": ("checkup_number", values.listed_number, "number_too_long"),
        "package": ("package", text(100), ""),
        "abnormal_items": ("abnormal_items", items, ""),
        "advice": ("advice", text(300), ""),
    }

    def read(self, row: Row) -> CheckupRow:
        """The row as a health check, or refused."""
        problems: list[Problem] = []
        said = self.plain_values(row.cells, problems)
        said["checked_on"] = self._day(row.cells, problems)
        self.add_person(row.cells, said, problems, latest=said["checked_on"])
        refused = any(problem.kind == REJECTED for problem in problems)
        record = None if refused else CheckupRecord(row=row.number, **said)
        return CheckupRow(row.number, row.line, record, tuple(problems))

    def person_in(self, row: Row) -> PersonRecord:
        """What the row says about who it is, also where it is refused."""
        problems: list[Problem] = []
        said = self.plain_values(row.cells, problems)
        self.add_person(row.cells, said, problems)
        return CheckupRecord(row=row.number, checked_on=self.today, **said)

    def is_nobody(self, said: dict[str, Any]) -> bool:
        """A check has no number of the house that names its person, so a name with a telephone alone is nobody."""
        if any(said.get(number) for number in NUMBERS):
            return False
        return is_placeholder(said["name"]) or not (said["birth_date"] and said["phones"])

    def _day(self, cells: list[Cell], problems: list[Problem]) -> datetime.date | None:
        try:
            day = days.day(self.cell(cells, "checked_on"))
        except Impossible as error:
            problems.append(finding(REJECTED, "checkup_day_impossible", "checked_on", str(error)))
            return None
        if day is None:
            problems.append(Problem(REJECTED, "checkup_day_missing", "checked_on"))
        elif day > self.today + datetime.timedelta(1):
            problems.append(finding(REJECTED, "discharge_future", "checked_on", day.isoformat()))
        return day
