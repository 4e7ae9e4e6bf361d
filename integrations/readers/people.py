"""Who a row is about: name, sex, birth date, papers, numbers and telephones, the same in every kind of list.

A proven identity number beats the typed sex and birth date. What is doubtful is a warning and stays empty.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from integrations.readers import days, values
from integrations.readers.days import Ambiguous, ColumnOrder
from integrations.readers.labels import not_shown_words
from integrations.readers.problems import REJECTED, WARNING, Problem
from integrations.readers.tabular.columns import ColumnMap
from integrations.readers.tabular.table import Row
from integrations.readers.values import Cell, Damaged, Impossible, plain
from patients.domain.identity_numbers import IdentityReading, read_identity_number
from patients.domain.names import MAX_LENGTH, clean_name, is_placeholder
from patients.domain.phones import Phone, read_phones

OLDEST_YEARS = 130

Read = Callable[[Cell], Any]
# field of the list → (field of the record, how its cell is read, finding where it says something impossible)
Plan = dict[str, tuple[str, Read, str]]


def text(limit: int) -> Read:
    """Words as they are written, at most so many signs."""
    return partial(values.words, limit=limit)


def short(limit: int) -> Read:
    """One line, at most so many signs."""
    return lambda cell: plain(cell)[:limit]


PERSON_FIELDS: Plan = {
    "record_number": ("record_number", values.listed_number, "number_too_long"),
    "admission_number": ("admission_number", values.listed_number, "number_too_long"),
    "outpatient_number": ("outpatient_number", values.listed_number, "number_too_long"),
    "card_number": ("card_number", values.listed_number, "number_too_long"),
    "contact_name": ("contact_name", lambda cell: clean_name(plain(cell)), ""),
    "contact_relation": ("contact_relation", text(40), ""),
    "email": ("email", text(254), ""),
    "wechat": ("wechat", text(64), ""),
    "address": ("address", text(300), ""),
    "occupation": ("occupation", text(60), ""),
    "education": ("education", values.education, ""),
    "marital_status": ("marital_status", values.marital_status, ""),
    "insurance": ("insurance", text(60), ""),
    "allergies": ("allergies", text(500), ""),
}
NUMBERS = ("record_number", "admission_number", "outpatient_number", "card_number", "identity_number", "paper_number")


class PersonReader:
    """Reads who the rows of one list are about; `plan` are the fields that are read cell by cell."""

    plan_of_kind: Plan = PERSON_FIELDS
    days_of_kind: tuple[str, ...] = ()
    number_asked_for = "admission_number"

    def __init__(self, columns: ColumnMap, today: datetime.date) -> None:
        self.today = today
        self.places = {name: where[0] for name, where in columns.places.items()}
        self.phone_places = columns.places.get("phone", ())
        self.plan = [
            (name, place, *self.plan_of_kind[name])
            for name, where in columns.places.items()
            if name in self.plan_of_kind
            for place in where
        ]
        self.not_shown = not_shown_words()
        self.orders: dict[str, str] = {}

    def learn(self, first: Sequence[Row], rows: Callable[[], Iterable[Row]]) -> None:
        """Finds out how the columns of days are written, from all rows where one of the first asks for it."""
        asked = {field: self._order(field, first) for field in self.days_of_kind if field in self.places}
        asked = {field: ColumnOrder(order.latest) for field, order in asked.items() if order.is_asked}
        for row in rows() if asked else ():
            for field, order in asked.items():
                order.note(self.cell(row.cells, field))
        self.orders = {field: order.found for field, order in asked.items()}

    def _order(self, field: str, rows: Iterable[Row]) -> ColumnOrder:
        order = ColumnOrder(self.today.year + 1)
        for row in rows:
            order.note(self.cell(row.cells, field))
        return order

    def day(self, cell: Cell, field: str) -> datetime.date | None:
        """A day of a column of `days_of_kind`."""
        return days.day_of_stay(cell, self.orders.get(field, ""), self.today.year + 1)

    def cell(self, cells: list[Cell], field: str) -> Cell:
        """The cell of a field; '' where the list has no such column or the row is shorter."""
        place = self.places.get(field, -1)
        return cells[place] if 0 <= place < len(cells) else ""

    def plain_values(self, cells: list[Cell], problems: list[Problem]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        width = len(cells)
        for field, place, name, read, code in self.plan:
            if place < width and (cell := cells[place]) != "" and cell not in self.not_shown:
                try:
                    value = read(cell)
                except Damaged:
                    problems.append(Problem(WARNING, "number_damaged", field))
                    continue
                except Impossible as error:
                    kind = REJECTED if code == "number_too_long" else WARNING
                    problems.append(finding(kind, code, field, str(error)))
                    continue
                said[name] = said[name] + value if name in said and isinstance(value, tuple) else value
        return said

    def add_person(
        self, cells: list[Cell], said: dict[str, Any], problems: list[Problem], *, latest: datetime.date | None = None
    ) -> None:
        """Who it is; `latest`: the last day on which somebody of the row may have been born."""
        paper = read_identity_number(plain(self.cell(cells, "identity_number")))
        if paper.problem:
            problems.append(Problem(WARNING, paper.problem, "identity_number"))
        if paper.is_proven:
            said["identity_number"] = paper.number
        elif paper.kind in ("passport", "permit"):
            said["paper_kind"], said["paper_number"] = paper.kind, paper.number
        said["sex"] = self._sex(cells, paper, problems)
        said["birth_date"] = self._birth_date(cells, paper, latest or self.today, problems)
        said["phones"] = self._phones(cells, self.phone_places, "phone", problems)
        if "contact_phone" in self.places:
            place = (self.places["contact_phone"],)
            said["contact_phones"] = self._phones(cells, place, "contact_phone", problems)
        written = plain(self.cell(cells, "name"))
        said["name"] = clean_name(written)
        if len(written) > MAX_LENGTH == len(said["name"]):
            problems.append(Problem(WARNING, "name_shortened", "name"))
        if not said["name"]:
            problems.append(Problem(REJECTED, "name_missing", "name"))
        elif self.is_nobody(said):
            problems.append(Problem(REJECTED, "nobody", self.number_asked_for))

    def is_nobody(self, said: dict[str, Any]) -> bool:
        """Whether nothing in the row tells who it is."""
        if any(said.get(number) for number in NUMBERS):
            return False
        return is_placeholder(said["name"]) or not (said["birth_date"] or said["phones"])

    def _sex(self, cells: list[Cell], paper: IdentityReading, problems: list[Problem]) -> str:
        typed = values.sex(self.cell(cells, "sex"))
        if not paper.is_proven:
            return typed
        if typed not in ("U", paper.sex):
            problems.append(Problem(WARNING, "sex_contradicts_identity", "sex"))
        return paper.sex

    def _birth_date(
        self, cells: list[Cell], paper: IdentityReading, latest: datetime.date, problems: list[Problem]
    ) -> datetime.date | None:
        try:
            typed = days.day(self.cell(cells, "birth_date"))
            if typed and not latest.year - OLDEST_YEARS <= typed.year <= latest.year:
                raise Impossible(typed.isoformat())
        except Impossible as error:
            code = "birth_impossible_identity" if paper.is_proven else "birth_impossible"
            problems.append(finding(WARNING, code, "birth_date", str(error)))
            return paper.birth_date
        if paper.is_proven and typed not in (None, paper.birth_date):
            problems.append(Problem(WARNING, "birth_contradicts_identity", "birth_date"))
        return paper.birth_date or typed

    def _phones(
        self, cells: list[Cell], places: tuple[int, ...], field: str, problems: list[Problem]
    ) -> tuple[Phone, ...]:
        readings = [read_phones(plain(cells[place])) for place in places if place < len(cells)]
        problems.extend(Problem(WARNING, code, field) for reading in readings for _, code in reading.problems)
        if len(readings) == 1:
            return readings[0].numbers
        return tuple({phone.value: phone for reading in readings for phone in reading.numbers}.values())


def finding(kind: str, code: str, field: str, value: str) -> Problem:
    """A finding that repeats what was written."""
    return Problem(kind, code, field, {"value": value[:40]})


def no_day(kind: str, code: str, field: str, error: Impossible) -> Problem:
    """As `finding`, of what is no day or can be two."""
    return finding(kind, "day_ambiguous" if isinstance(error, Ambiguous) else code, field, str(error))
