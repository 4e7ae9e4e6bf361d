"""The kinds of lists the wizard knows: what their columns are, who may bring them in, what becomes of a row, and how
it is taken back. A kind is registered once (`integrations.wiring`), and nothing else asks what kind a list is.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from followups.domain.planned import Planned
from integrations.domain.modes import BOTH, CREATE, Known, left_out_by, mode_of
from integrations.models import ImportBatch, ImportChunk
from integrations.readers.problems import Problem
from integrations.readers.tabular.columns import ColumnMap, Fields
from integrations.readers.tabular.table import Row
from patients.domain.records import PersonRecord
from patients.domain.registry import Outcome


class ReadRow(Protocol):
    """A data row that was read: its number and line, what it says (None where it is refused), what is wrong with it."""

    @property
    def number(self) -> int:
        """Data row, from 1."""

    @property
    def line(self) -> int:
        """Row a person sees."""

    @property
    def record(self) -> Any:
        """What it says."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong."""


class Reader(Protocol):
    """Reads the rows of one list."""

    def read(self, row: Row) -> Any:
        """The row as a record, or refused."""

    def person_in(self, row: Row) -> PersonRecord:
        """Who the row is about, also where it is refused."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a chunk is brought in with: the moment and day, whom the list has named before, what was decided about
    contradictions, what to begin while the database works.
    """

    now: dt.datetime
    today: dt.date
    seen: set[int]
    known_conflicts: MutableMapping[str, int]
    meanwhile: Callable[[], object]


@dataclass(slots=True)
class Brought:
    """What a chunk led to: people (`outcome`), rows that made something and rows that changed something, figures by
    name, rows left out after all, whom it named, what undoing needs, and physicians' names that stay text, by rows.
    """

    outcome: Outcome
    created_rows: set[int] = field(default_factory=set)
    updated_rows: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    left_out: dict[int, Problem] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    details: dict[str, Any] = field(default_factory=dict)
    open_names: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Outlook:
    """What undoing would do: stays cancelled, orders voided, people and members gone; `kept`: reason → how many people
    stay. `repeated`: rows of later lists that only repeat stays there were; those of this list among them go too.
    `codes`: rows of a table of codes that go; `consents`: decisions that go; `staff`, `departments`, `wards`,
    `stations`: of a staff sheet.
    """

    stays: int = 0
    orders: int = 0
    people: int = 0
    members: int = 0
    codes: int = 0
    consents: int = 0
    staff: int = 0
    departments: int = 0
    wards: int = 0
    stations: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a list as its pages show it; `tone` late or soon where it asks for attention."""

    name: str
    label: Any
    tone: str = ""


class ListKind:
    """One kind of list. A subclass says what is its own; the steps of the wizard are the same for all.

    `last_goes_first`: a later list of the kind has to be undone before an earlier one. `already`, `missing`: why a row
    is left out where a list only adds, or only corrects. `is_personal`: what it does is done in the name of who
    uploaded it, so nobody else starts it. `chunk_rows`: how many rows go in together at most.
    """

    code: ClassVar[str]
    title: ClassVar[Any]
    fields: ClassVar[Fields]
    capabilities: ClassVar[tuple[str, ...]]
    template: ClassVar[Mapping[str, str]]
    hint: ClassVar[Any] = ""
    notes_repeats: ClassVar[bool] = False
    about_people: ClassVar[bool] = True
    last_goes_first: ClassVar[bool] = False
    is_personal: ClassVar[bool] = False
    chunk_rows: ClassVar[int] = 5000
    shown: ClassVar[Mapping[str, str]] = {}
    figures: ClassVar[tuple[Figure, ...]] = ()
    counted: tuple[str, ...] = ()
    taken_back: ClassVar[tuple[str, ...]] = ("stays", "orders", "people", "kept")
    already: ClassVar[str]
    missing: ClassVar[str]

    def reader(self, columns: ColumnMap, today: dt.date) -> Reader:
        """What reads the rows of a list of this kind."""
        raise NotImplementedError

    def ready(self, record: Any) -> Counter[str]:
        """Works out ahead what needs no database; answers figures of the row itself."""
        return Counter()

    def key_of(self, record: Any) -> str:
        """The name that what a row tells of has in its source, whose ever it is; '' without one."""
        return ""

    def tells_of_the_same(self, first: Any, second: Any) -> bool:
        """Whether two records that follow each other belong into one chunk."""
        return False

    def known(self, batch: ImportBatch, rows: list[ReadRow], given: Given, *, but_own: bool) -> Known:
        """Which rows tell of what is on record. `but_own`: what this list has made itself does not count."""
        raise NotImplementedError

    def left_by_mode(
        self, batch: ImportBatch, rows: list[ReadRow], given: Given
    ) -> tuple[dict[int, Problem], set[int]]:
        """The rows left out because the list only adds, or only corrects, with the reason; and whom they name."""
        mode = mode_of(batch)
        if mode == BOTH:
            return {}, set()
        known = self.known(batch, rows, given, but_own=mode == CREATE)
        numbers = [row.number for row in rows]
        left_out = left_out_by(mode, numbers, known, already=self.already, missing=self.missing)
        return left_out, set().union(*(known.named.get(row, set()) for row in left_out))

    def bring(self, batch: ImportBatch, rows: list[ReadRow], given: Given) -> Brought:
        """Brings rows in, in the transaction of the scope."""
        raise NotImplementedError

    def finish(self, batch: ImportBatch, seen: set[int], *, now: dt.datetime, today: dt.date) -> Counter[str]:
        """What follows once the last row is in; answers figures."""
        return Counter()

    def outlook(self, batch: ImportBatch) -> Outlook:
        """What undoing would do at this moment; changes nothing."""
        raise NotImplementedError

    def take_back(self, batch: ImportBatch, chunk: ImportChunk, now: dt.datetime) -> Counter[str]:
        """Takes one chunk back; answers how many stays, orders, people and members, and how many people stay."""
        raise NotImplementedError

    def planned(self, batch: ImportBatch, today: dt.date) -> Planned | None:
        """What follow-up has made of the list so far; None where nothing is followed up because of it."""
        return None

    def cell_texts(self, record: Any, raw: str) -> dict[str, Callable[[], str]]:
        """Field → how its value is shown in the preview, of fields of this kind alone."""
        return {}


_KINDS: dict[str, ListKind] = {}


def register(kind: ListKind) -> None:
    """Makes a kind known to the wizard."""
    _KINDS[kind.code] = kind


def kind_named(code: str) -> ListKind:
    """The kind of this code. LookupError where nobody registered it."""
    if code not in _KINDS:
        raise LookupError(f"no kind of list is called {code}: register it in the app's wiring")
    return _KINDS[code]


def kind_of(batch: ImportBatch) -> ListKind:
    """The kind of a list."""
    return kind_named(batch.kind)
