"""From a row of cells to a stay: every value read, contradictions in the row named, rows refused that cannot count.

A row is refused without a name, without a real discharge date, with the discharge before the admission or in the
future, or where nothing tells who the person is. Everything else is a warning, and the doubtful value stays empty.
A proven identity number beats the typed sex and birth date.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from integrations.readers import values
from integrations.readers.labels import not_shown_words
from integrations.readers.problems import REJECTED, WARNING, Problem
from integrations.readers.tabular.columns import ColumnMap
from integrations.readers.tabular.table import Row
from integrations.readers.values import Cell, Impossible, plain
from patients.domain.identity_numbers import IdentityReading, read_identity_number
from patients.domain.names import clean_name, is_placeholder
from patients.domain.phones import Phone, read_phones
from patients.domain.records import StayRecord

OLDEST_YEARS = 130
_OUTCOME_DIED = frozenset(("4", "死亡", "died", "dead", "death"))

Read = Callable[[Cell], Any]


def _text(limit: int) -> Read:
    return partial(values.words, limit=limit)


def _short(limit: int) -> Read:
    return lambda cell: plain(cell)[:limit]


def _parts(cell: Cell) -> tuple[str, ...]:
    text = values.words(cell).replace("；", ";")
    return tuple(part.strip()[:300] for part in text.split(";") if part.strip())[:30]


# field of the list → (field of the record, how its cell is read, finding where it says something impossible)
_PLAIN_FIELDS: dict[str, tuple[str, Read, str]] = {
    "admitted_on": ("admitted_on", values.day, "admission_impossible"),
    "record_number": ("record_number", values.number_text, ""),
    "admission_number": ("admission_number", values.number_text, ""),
    "outpatient_number": ("outpatient_number", values.number_text, ""),
    "card_number": ("card_number", values.number_text, ""),
    "contact_name": ("contact_name", lambda cell: clean_name(plain(cell)), ""),
    "contact_relation": ("contact_relation", _text(40), ""),
    "email": ("email", _text(254), ""),
    "wechat": ("wechat", _text(64), ""),
    "address": ("address", _text(300), ""),
    "occupation": ("occupation", _text(60), ""),
    "education": ("education", values.education, ""),
    "marital_status": ("marital_status", values.marital_status, ""),
    "insurance": ("insurance", _text(60), ""),
    "allergies": ("allergies", _text(500), ""),
    "department": ("department", _text(100), ""),
    "ward": ("ward", _text(100), ""),
    "bed": ("bed", lambda cell: values.number_text(cell)[:20], ""),
    "diagnosis_code": ("diagnosis_code", lambda cell: values.diagnosis_code(plain(cell)), ""),
    "diagnosis_text": ("diagnosis_text", _text(500), ""),
    "secondary_diagnoses": ("other_diagnoses", _parts, ""),
    "procedure_code": ("procedure_code", _short(32), ""),
    "procedure_text": ("procedure_text", _text(500), ""),
    "surgery_level": ("surgery_level", values.surgery_level, ""),
    "icu": ("icu", values.yes_no, ""),
    "critical": ("critical", values.yes_no, ""),
    "visit_number": ("visit_number", values.count, "visit_number_impossible"),
    "discharge_instructions": ("instructions", _text(8000), ""),
    "revisit_on": ("revisit_on", values.day, "revisit_impossible"),
    "medicines": ("medicines", _text(4000), ""),
    "fees": ("fees", values.money, "fees_impossible"),
}
_NUMBERS = ("record_number", "admission_number", "outpatient_number", "card_number", "identity_number", "paper_number")
_WAYS_OF_LEAVING = frozenset(("disposition", "outcome", "died", "died_on"))


@dataclass(frozen=True, slots=True)
class StayRow:
    """A data row read: `record` is None where the row is refused."""

    number: int
    line: int
    record: StayRecord | None
    problems: tuple[Problem, ...]


def read_stays(rows: Iterable[Row], columns: ColumnMap, today: datetime.date) -> Iterator[StayRow]:
    """Read all rows of a discharge list one after the other; `today` is the hospital's day."""
    reader = StayReader(columns, today)
    return map(reader.read, rows)


class StayReader:
    """Reads the rows of one list whose columns are known."""

    def __init__(self, columns: ColumnMap, today: datetime.date) -> None:
        self.today = today
        self.places = {name: where[0] for name, where in columns.places.items()}
        self.phone_places = columns.places.get("phone", ())
        self.plan = [
            (name, place, *_PLAIN_FIELDS[name])
            for name, where in columns.places.items()
            if name in _PLAIN_FIELDS
            for place in where
        ]
        self.not_shown = not_shown_words()
        self.says_how_left = not _WAYS_OF_LEAVING.isdisjoint(self.places)

    def read(self, row: Row) -> StayRow:
        """The row as a stay, or refused."""
        problems: list[Problem] = []
        said = self._plain_values(row.cells, problems)
        said["discharged_on"] = self._discharge(row.cells, said, problems)
        self._add_person(row.cells, said, problems)
        self._add_physician(row.cells, said)
        if self.says_how_left:
            self._add_leaving(row.cells, said, problems)
        refused = any(problem.kind == REJECTED for problem in problems)
        record = None if refused else StayRecord(row=row.number, **said)
        return StayRow(row.number, row.line, record, tuple(problems))

    def person_in(self, row: Row) -> StayRecord:
        """What the row says about who it is, also where it is refused: a record to look somebody up by, not a stay."""
        problems: list[Problem] = []
        said = self._plain_values(row.cells, problems)
        said["discharged_on"] = self._discharge(row.cells, said, problems) or self.today
        self._add_person(row.cells, said, problems)
        return StayRecord(row=row.number, **said)

    def cell(self, cells: list[Cell], field: str) -> Cell:
        """The cell of a field; '' where the list has no such column or the row is shorter."""
        place = self.places.get(field, -1)
        return cells[place] if 0 <= place < len(cells) else ""

    def _plain_values(self, cells: list[Cell], problems: list[Problem]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        width = len(cells)
        for field, place, name, read, code in self.plan:
            if place < width and (cell := cells[place]) != "" and cell not in self.not_shown:
                try:
                    value = read(cell)
                except Impossible as error:
                    problems.append(_finding(WARNING, code, field, str(error)))
                    continue
                said[name] = said[name] + value if name == "other_diagnoses" and name in said else value
        return said

    def _discharge(self, cells: list[Cell], said: dict[str, Any], problems: list[Problem]) -> datetime.date | None:
        admitted = said.get("admitted_on")
        if admitted is None and "admitted_on" in self.places and not problems:
            problems.append(Problem(WARNING, "admission_missing", "admitted_on"))
        try:
            discharged = values.day(self.cell(cells, "discharged_on"))
        except Impossible as error:
            problems.append(_finding(REJECTED, "discharge_impossible", "discharged_on", str(error)))
            return None
        if discharged is None:
            problems.append(Problem(REJECTED, "discharge_missing", "discharged_on"))
        elif admitted and discharged < admitted:
            problems.append(Problem(REJECTED, "discharge_before_admission", "discharged_on"))
        elif discharged > self.today + datetime.timedelta(1):
            problems.append(_finding(REJECTED, "discharge_future", "discharged_on", discharged.isoformat()))
        return discharged

    def _add_person(self, cells: list[Cell], said: dict[str, Any], problems: list[Problem]) -> None:
        paper = read_identity_number(plain(self.cell(cells, "identity_number")))
        if paper.problem:
            problems.append(Problem(WARNING, paper.problem, "identity_number"))
        if paper.is_proven:
            said["identity_number"] = paper.number
        elif paper.kind in ("passport", "permit"):
            said["paper_kind"], said["paper_number"] = paper.kind, paper.number
        said["sex"] = self._sex(cells, paper, problems)
        said["birth_date"] = self._birth_date(cells, paper, said["discharged_on"], problems)
        said["phones"] = self._phones(cells, self.phone_places, "phone", problems)
        if "contact_phone" in self.places:
            place = (self.places["contact_phone"],)
            said["contact_phones"] = self._phones(cells, place, "contact_phone", problems)
        said["name"] = clean_name(plain(self.cell(cells, "name")))
        if not said["name"]:
            problems.append(Problem(REJECTED, "name_missing", "name"))
        elif not any(said.get(number) for number in _NUMBERS) and (
            is_placeholder(said["name"]) or not (said["birth_date"] or said["phones"])
        ):
            problems.append(Problem(REJECTED, "nobody", "admission_number"))

    def _sex(self, cells: list[Cell], paper: IdentityReading, problems: list[Problem]) -> str:
        typed = values.sex(self.cell(cells, "sex"))
        if not paper.is_proven:
            return typed
        if typed not in ("U", paper.sex):
            problems.append(Problem(WARNING, "sex_contradicts_identity", "sex"))
        return paper.sex

    def _birth_date(
        self, cells: list[Cell], paper: IdentityReading, discharged_on: datetime.date | None, problems: list[Problem]
    ) -> datetime.date | None:
        latest = discharged_on or self.today
        try:
            typed = values.day(self.cell(cells, "birth_date"))
            if typed and not latest.year - OLDEST_YEARS <= typed.year <= latest.year:
                raise Impossible(typed.isoformat())
        except Impossible as error:
            code = "birth_impossible_identity" if paper.is_proven else "birth_impossible"
            problems.append(_finding(WARNING, code, "birth_date", str(error)))
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

    def _add_physician(self, cells: list[Cell], said: dict[str, Any]) -> None:
        if attending := plain(self.cell(cells, "physician"))[:100]:
            said["attending_text"] = attending
            said["attending_name"] = values.physician_name(attending)
            said["attending_number"] = values.staff_number(attending)
        if not said.get("department") and (instead := self.cell(cells, "admission_department")):
            said["department"] = values.words(instead, 100)

    def _add_leaving(self, cells: list[Cell], said: dict[str, Any], problems: list[Problem]) -> None:
        """A death said anywhere in the row counts: way of leaving, outcome, mark or date of death."""
        written = plain(self.cell(cells, "disposition"))
        outcome = plain(self.cell(cells, "outcome")).casefold()
        death = plain(self.cell(cells, "died_on"))
        way = values.disposition(written)
        marked = values.yes_no(self.cell(cells, "died")) or death.casefold() not in values.EMPTY_WORDS
        if way == "died" or outcome in _OUTCOME_DIED or marked:
            said["disposition"] = "died"
            said["died_on"] = _day_or_none(death)
            return
        if not way and written.casefold() not in values.EMPTY_WORDS:
            problems.append(_finding(WARNING, "disposition_unknown", "disposition", written))
        said["disposition"] = way or (values.disposition(outcome) if not outcome.isdigit() else "")


def _day_or_none(text: str) -> datetime.date | None:
    try:
        return values.day(text)
    except Impossible:
        return None


def _finding(kind: str, code: str, field: str, value: str) -> Problem:
    return Problem(kind, code, field, {"value": value[:40]})
