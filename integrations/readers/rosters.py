"""From a row of a roster to somebody who belongs to a unit.

A row is refused without a name, and where nothing tells who it is for good: an identity number or passport, a number
of the hospital, or birth date and telephone together. Days that are none are warnings, and stay empty.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from integrations.readers import days, values
from integrations.readers.people import NUMBERS, PERSON_FIELDS, PersonReader, Plan, short
from integrations.readers.problems import REJECTED, Problem
from integrations.readers.tabular.table import Row
from patients.domain.names import is_placeholder
from patients.domain.records import PersonRecord


@dataclass(slots=True)
class RosterRecord(PersonRecord):
    """Somebody of a unit: number, department and position there; None and '' where the list does not say."""

    employee_number: str = ""
    unit_department: str = ""
    position: str = ""
    is_key_person: bool | None = None
    joined_on: datetime.date | None = None
    left_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A data row read: `record` is None where the row is refused."""

    number: int
    line: int
    record: RosterRecord | None
    problems: tuple[Problem, ...]


class RosterReader(PersonReader):
    """Reads the rows of one roster whose columns are known."""

    number_asked_for = "identity_number"
    plan_of_kind: Plan = {
        **PERSON_FIELDS,
        "employee_number": ("employee_number", values.listed_number, "number_too_long"),
        "unit_department": ("unit_department", short(60), ""),
        "position": ("position", short(60), ""),
        "is_key_person": ("is_key_person", values.yes_no, ""),
        "joined_on": ("joined_on", days.day, "joined_impossible"),
        "left_on": ("left_on", days.day, "left_impossible"),
    }

    def read(self, row: Row) -> RosterRow:
        """The row as somebody of the unit, or refused."""
        problems: list[Problem] = []
        said = self.plain_values(row.cells, problems)
        self.add_person(row.cells, said, problems)
        joined, left = said.get("joined_on"), said.get("left_on")
        if joined and left and left < joined:
            problems.append(Problem(REJECTED, "left_before_joined", "left_on"))
        refused = any(problem.kind == REJECTED for problem in problems)
        record = None if refused else RosterRecord(row=row.number, **said)
        return RosterRow(row.number, row.line, record, tuple(problems))

    def person_in(self, row: Row) -> PersonRecord:
        """What the row says about who it is, also where it is refused."""
        problems: list[Problem] = []
        said = self.plain_values(row.cells, problems)
        self.add_person(row.cells, said, problems)
        return RosterRecord(row=row.number, **said)

    def is_nobody(self, said: dict[str, Any]) -> bool:
        """A roster comes again and again, so a name with a telephone alone would make the person anew each time."""
        if any(said.get(number) for number in NUMBERS):
            return False
        return is_placeholder(said["name"]) or not (said["birth_date"] and said["phones"])
