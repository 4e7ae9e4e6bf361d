"""From a row of a staff sheet to somebody who works here. What is wrong with it only the hospital's own data tells."""

from dataclasses import dataclass

from accounts.domain.staff import StaffRow
from integrations.readers.problems import Problem
from integrations.readers.tabular.columns import ColumnMap
from integrations.readers.tabular.table import Row
from integrations.readers.values import plain
from patients.domain.records import PersonRecord

# field of the sheet → field of the record
_FIELDS = {
    "name": "name",
    "staff_number": "staff_number",
    "department": "department",
    "ward": "ward",
    "role": "roles",
    "title": "title",
    "phone": "phone",
    "email": "email",
    "username": "username",
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A data row read."""

    number: int
    line: int
    record: StaffRow
    problems: tuple[Problem, ...] = ()


class StaffReader:
    """Reads the rows of one staff sheet whose columns are known."""

    def __init__(self, columns: ColumnMap) -> None:
        self.places = {_FIELDS[name]: where[0] for name, where in columns.places.items() if name in _FIELDS}

    def read(self, row: Row) -> SheetRow:
        """The row as texts."""
        texts = {name: plain(row.cells[place]) for name, place in self.places.items() if place < len(row.cells)}
        return SheetRow(row.number, row.line, StaffRow(row=row.number, **{"name": "", **texts}))

    def person_in(self, row: Row) -> PersonRecord:
        """Nobody: a staff sheet is about no patient."""
        return PersonRecord(row=row.number, name="")
