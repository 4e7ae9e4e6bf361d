"""From a row of cells to a stay: every value read, contradictions in the row named, rows refused that cannot count.

A row is refused without a name, without a real discharge date, with the discharge before the admission or in the
future, or where nothing tells who the person is. Everything else is a warning, and the doubtful value stays empty.
A proven identity number beats the typed sex and birth date.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from integrations.readers import values
from integrations.readers.identity import may_have_died_on
from integrations.readers.people import PERSON_FIELDS, PersonReader, Plan, finding, no_day, short, text
from integrations.readers.problems import REJECTED, WARNING, Problem
from integrations.readers.tabular.columns import ColumnMap
from integrations.readers.tabular.table import Row
from integrations.readers.values import Cell, Impossible, plain
from patients.domain.records import StayRecord


def _parts(cell: Cell) -> tuple[str, ...]:
    words = values.words(cell).replace("；", ";")
    return tuple(part.strip()[:300] for part in words.split(";") if part.strip())[:30]


_STAY_FIELDS: Plan = {
    **PERSON_FIELDS,
    "department": ("department", text(100), ""),
    "ward": ("ward", text(100), ""),
    "age": ("age", values.age, "age_impossible"),
    "bed": ("bed", lambda cell: values.number_text(cell)[:20], ""),
    "diagnosis_code": ("diagnosis_code", lambda cell: values.diagnosis_code(plain(cell)), ""),
    "diagnosis_text": ("diagnosis_text", text(500), ""),
    "secondary_diagnoses": ("other_diagnoses", _parts, ""),
    "procedure_code": ("procedure_code", short(32), ""),
    "procedure_text": ("procedure_text", text(500), ""),
    "surgery_level": ("surgery_level", values.surgery_level, ""),
    "icu": ("icu", values.yes_no, ""),
    "critical": ("critical", values.yes_no, ""),
    "visit_number": ("visit_number", values.count, "visit_number_impossible"),
    "discharge_instructions": ("instructions", text(8000), ""),
    "medicines": ("medicines", text(4000), ""),
    "fees": ("fees", values.money, "fees_impossible"),
}
_WORDS_OF_LEAVING = ("disposition", "outcome", "died", "died_on")


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


class StayReader(PersonReader):
    """Reads the rows of one list whose columns are known."""

    plan_of_kind = _STAY_FIELDS
    days_of_kind = ("admitted_on", "discharged_on", "revisit_on", "died_on")

    def __init__(self, columns: ColumnMap, today: datetime.date) -> None:
        super().__init__(columns, today)
        self.has_department = "department" in self.places
        self.says_how_left = not self.places.keys().isdisjoint(_WORDS_OF_LEAVING)

    def read(self, row: Row) -> StayRow:
        """The row as a stay, or refused."""
        problems: list[Problem] = []
        said = self.plain_values(row.cells, problems)
        self._add_day(row.cells, "admitted_on", "admission_impossible", said, problems)
        self._add_day(row.cells, "revisit_on", "revisit_impossible", said, problems)
        said["discharged_on"] = discharged = self._discharge(row.cells, said, problems)
        self.add_person(row.cells, said, problems, latest=discharged)
        self._add_physician(row.cells, said)
        if self.has_department and not said.get("department"):
            problems.append(Problem(WARNING, "department_missing", "department"))
        if self.says_how_left:
            self._add_leaving(row.cells, said, problems)
        refused = any(problem.kind == REJECTED for problem in problems)
        record = None if refused else StayRecord(row=row.number, **said)
        return StayRow(row.number, row.line, record, tuple(problems))

    def person_in(self, row: Row) -> StayRecord:
        """What the row says about who it is, also where it is refused: a record to look somebody up by, not a stay."""
        problems: list[Problem] = []
        said = self.plain_values(row.cells, problems)
        self._add_day(row.cells, "admitted_on", "admission_impossible", said, problems)
        said["discharged_on"] = self._discharge(row.cells, said, problems) or self.today
        self.add_person(row.cells, said, problems, latest=said["discharged_on"])
        return StayRecord(row=row.number, **said)

    def _discharge(self, cells: list[Cell], said: dict[str, Any], problems: list[Problem]) -> datetime.date | None:
        admitted = said.get("admitted_on")
        if admitted is None and "admitted_on" in self.places and not problems:
            problems.append(Problem(WARNING, "admission_missing", "admitted_on"))
        try:
            discharged = self.day(self.cell(cells, "discharged_on"), "discharged_on")
        except Impossible as error:
            problems.append(no_day(REJECTED, "discharge_impossible", "discharged_on", error))
            return None
        if discharged is None:
            problems.append(Problem(REJECTED, "discharge_missing", "discharged_on"))
        elif admitted and discharged < admitted:
            problems.append(Problem(REJECTED, "discharge_before_admission", "discharged_on"))
        elif discharged > self.today + datetime.timedelta(1):
            problems.append(finding(REJECTED, "discharge_future", "discharged_on", discharged.isoformat()))
        return discharged

    def _add_day(self, cells: list[Cell], field: str, code: str, said: dict[str, Any], problems: list[Problem]) -> None:
        cell = self.cell(cells, field)
        if cell == "" or cell in self.not_shown:
            return
        try:
            said[field] = self.day(cell, field)
        except Impossible as error:
            problems.append(no_day(WARNING, code, field, error))

    def _add_physician(self, cells: list[Cell], said: dict[str, Any]) -> None:
        if attending := plain(self.cell(cells, "physician"))[:100]:
            said["attending_text"] = attending
            said["attending_name"] = values.physician_name(attending)
            said["attending_number"] = values.staff_number(attending)
        if nurse := plain(self.cell(cells, "nurse"))[:100]:
            said["nurse_name"], said["nurse_number"] = values.physician_name(nurse), values.staff_number(nurse)
        if not said.get("department") and (instead := self.cell(cells, "admission_department")):
            said["department"] = values.words(instead, 100)

    def _add_leaving(self, cells: list[Cell], said: dict[str, Any], problems: list[Problem]) -> None:
        """How the person left. Where columns disagree about a death, or one only hints at it, it stays open until
        somebody decides.
        """
        written = plain(self.cell(cells, "disposition"))
        way = values.disposition(written)
        if not way and written.casefold() not in values.EMPTY_WORDS:
            problems.append(finding(WARNING, "disposition_unknown", "disposition", written))
        outcome = plain(self.cell(cells, "outcome"))
        ended = values.ended(outcome)
        said["disposition"] = way or ended
        said["outcome"] = values.outcome(outcome) or ("" if written.isdigit() else values.outcome(written))
        got_well = ended == "home" or values.outcome(outcome) in ("cured", "improved")
        died, lives = self._words_of_death(cells, way, ended, got_well=got_well)
        said["died_on"] = day = self._day_of_death(cells, said, problems)
        if died or day:
            said["disposition"], said["outcome"] = "died", ""
        in_the_stay = day is not None and day <= (said["discharged_on"] or day)
        if lives and (died or in_the_stay or (day is not None and lives == "marked")):
            problems.append(Problem(WARNING, "death_contradicted", "died"))
            said |= {"disposition": "", "died_on": None, "death_in_doubt": True}
        elif not (died or day) and (hint := self._hint_at_death(cells)):
            problems.append(Problem(WARNING, "death_unclear", hint))
            said |= {"disposition": "", "death_in_doubt": True}

    def _words_of_death(self, cells: list[Cell], way: str, ended: str, *, got_well: bool) -> tuple[bool, str]:
        """Whether any column says in words that the person died; and whether one says the opposite: `marked` where the
        mark of death itself does, `left` where the way of leaving or the outcome does.
        """
        mark = values.says_died(self.cell(cells, "died"))
        died = "died" in (way, ended) or mark is True or _is_word_of_death(self.cell(cells, "died_on"))
        left = way not in ("", "other", "died") or got_well
        return died, "marked" if mark is False else "left" if left else ""

    def _hint_at_death(self, cells: list[Cell]) -> str:
        """The column that does not say how the person left and holds a sign of death; '' where none does."""
        for field in _WORDS_OF_LEAVING:
            written = plain(self.cell(cells, field))
            if field != "disposition":
                written = values.words_behind_number(written)
            if written and values.disposition(written) in ("", "died") and values.hints_at_death(written):
                return field
        return ""

    def _day_of_death(self, cells: list[Cell], said: dict[str, Any], problems: list[Problem]) -> datetime.date | None:
        """A day on which the person can have died: neither before birth or admission nor in the future. What fills the
        column for the living, 0 or 9999-12-31, is no death.
        """
        cell = self.cell(cells, "died_on")
        if _is_word_of_death(cell):
            return None
        try:
            day = self.day(cell, "died_on")
            lived = (said.get("birth_date"), said.get("admitted_on"))
            if day and not may_have_died_on(day, since=lived, today=self.today):
                raise Impossible(day.isoformat())
        except Impossible as error:
            problems.append(no_day(WARNING, "death_day_impossible", "died_on", error))
            return None
        return day


def _is_word_of_death(cell: Cell) -> bool:
    """Whether a column of days says in a word that the person died."""
    return values.says_died(cell) is True and not plain(cell).isdigit()
