"""From a row of a staff sheet to somebody who works here. What is wrong with it only the hospital's own data tells."""

from dataclasses import dataclass

from accounts.domain.staff_shapes import StaffRow
from integrations.readers.people import finding
from integrations.readers.problems import WARNING, Problem
from integrations.readers.tabular.columns import ColumnMap
from integrations.readers.tabular.table import Row
from integrations.readers.values import EMPTY_WORDS, plain, yes_no
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
    "department_code": "department_code",
    "station": "station",
}
_HEADS = frozenset(("负责人", "科室负责人", "主任", "科主任", "护士长", "負責人", "護士長", "head"))


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
        self.head_place = columns.places.get("is_head", (-1,))[0]
        self.places = {_FIELDS[name]: where[0] for name, where in columns.places.items() if name in _FIELDS}

    def read(self, row: Row) -> SheetRow:
        """The row as texts, and whether it makes somebody head."""
        texts = {name: plain(row.cells[place]) for name, place in self.places.items() if place < len(row.cells)}
        written = plain(row.cells[self.head_place]) if 0 <= self.head_place < len(row.cells) else ""
        is_head = True if written.casefold() in _HEADS else yes_no(written)
        is_odd = is_head is None and written.casefold() not in EMPTY_WORDS
        problems = (finding(WARNING, "head_unknown", "is_head", written),) if is_odd else ()
        record = StaffRow(row=row.number, **{"name": "", **texts}, is_head=is_head)
        return SheetRow(row.number, row.line, record, problems)

    def person_in(self, row: Row) -> PersonRecord:
        """Nobody: a staff sheet is about no patient."""
        return PersonRecord(row=row.number, name="")
