"""The figures of classification, each defined once (docs/figures.md): people per stage, moves between stages, people by
specialty, disease and region. Pages, charts and the lists behind a number read from here.

Everybody whose record was not erased counts, the dead with their last labels.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Department
from hospital_crm.tenancy.scope import required_hospital
from patients.domain import divisions
from patients.domain.codes import group_names
from patients.domain.staging import HOSPITAL, fetched
from patients.models import ClassificationRun
from patients.models.label_words import VALUES, value_word

DIMENSIONS = ("department", "disease", "region")
_COLUMNS = {"department": "department_id", "disease": "disease_group", "region": "region"}
ROWS_SHOWN, COLUMNS_SHOWN = 40, 12

_COUNTED = f"""
select {{columns}}, sum(n)::bigint
  from (select {{columns}}, n from patients_peoplecount where hospital_id = {HOSPITAL} and level = %(level)s {{also}}
        union all
        select {{changed}}, n from patients_peoplechange where hospital_id = {HOSPITAL} {{also}}) counted
 group by {{columns}} having sum(n) <> 0
"""
_PLACES = f"""
select region
  from (select region, n from patients_peoplecount where hospital_id = {HOSPITAL} and level = 'department_region'
        union all
        select region, n from patients_peoplechange where hospital_id = {HOSPITAL}) counted
 where region <> '' group by region having sum(n) <> 0
"""
_STAGES = f"""
select level, value, sum(n)::bigint
  from (select level, value, n from patients_peoplecount where hospital_id = {HOSPITAL} and level = any(%(axes)s)
        union all
        select said.level, said.value, n
          from patients_peoplechange changed
          cross join lateral (values ('orientation', orientation), ('life_cycle', life_cycle),
                                     ('visit_cycle', visit_cycle)) as said(level, value)
         where hospital_id = {HOSPITAL}) counted
 group by level, value
"""
_MOVES = f"""
select axis, previous, value, count(*)
  from patients_personlabel
 where hospital_id = {HOSPITAL} and axis = any(%(axes)s) and since_at >= %(since)s
   and previous <> '' and previous <> value and value <> ''
 group by axis, previous, value
"""


@dataclass(frozen=True)
class Stage:
    """One group or stage: people in it, their share of all who have one, and moves in and out in the period."""

    value: str
    word: str
    n: int
    share: float | None
    came: int
    left: int


@dataclass(frozen=True)
class Funnel:
    """One axis: its stages in order, people without a label, and how many moved from where to where."""

    axis: str
    stages: list[Stage]
    without: int
    moves: Mapping[tuple[str, str], int]

    @property
    def labelled(self) -> int:
        """People who have a label of this axis."""
        return sum(stage.n for stage in self.stages)


def beginning_of(day: dt.date) -> dt.datetime:
    """The first moment of the day at the hospital."""
    return dt.datetime.combine(day, dt.time(), tzinfo=required_hospital().tz)


def funnels(*, since: dt.date) -> dict[str, Funnel]:
    """For each axis the people per stage as they stand, and the moves between stages since the beginning of that day.

    A move is a label that began in the period and followed another one; a first label is none.
    """
    axes = [str(axis) for axis in VALUES]
    numbers: dict[str, dict[str, int]] = {axis: {} for axis in axes}
    for axis, value, n in fetched(_STAGES, {"axes": axes}):
        numbers[axis][value] = int(n)
    moves: dict[str, dict[tuple[str, str], int]] = {axis: {} for axis in axes}
    for axis, before, after, n in fetched(_MOVES, {"axes": axes, "since": beginning_of(since)}):
        moves[axis][before, after] = n
    return {axis: _funnel(axis, numbers[axis], moves[axis]) for axis in axes}


def _funnel(axis: str, numbers: Mapping[str, int], moves: Mapping[tuple[str, str], int]) -> Funnel:
    labelled = sum(n for value, n in numbers.items() if value)
    stages = [
        Stage(
            value,
            value_word(axis, value),
            numbers.get(value, 0),
            100 * numbers.get(value, 0) / labelled if labelled else None,
            sum(n for (_before, after), n in moves.items() if after == value),
            sum(n for (before, _after), n in moves.items() if before == value),
        )
        for value in VALUES[axis].values
    ]
    return Funnel(axis, stages, numbers.get("", 0), moves)


def last_run() -> ClassificationRun | None:
    """The last run that went through."""
    return ClassificationRun.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()


@dataclass(frozen=True)
class Head:
    """A row or column of the crossing: the value the list is filtered by (None = not known), and its words. `code`:
    that of a disease whose name is known; the word of one without a name is its code. A region is a division by its
    code, or a name of which the hospital's table does not tell which division it is.
    """

    key: Any
    word: str
    total: int
    code: str = ""


@dataclass(frozen=True)
class Crossing:
    """People by two of specialty, disease and region, the third as a filter. `rows_left`, `columns_left`: how many are
    not shown, the smallest; their people are in the totals.
    """

    rows: list[Head]
    columns: list[Head]
    cells: Mapping[tuple[Any, Any], int]
    total: int
    rows_left: int
    columns_left: int


def crossing(*, rows: str, columns: str, chosen: Any = None) -> Crossing:
    """The two dimensions crossed; `chosen`: the value of the third that everybody has, None = whatever it is; of a
    region also the beginning of its code, for all that lies in a province or a prefecture.

    Refuses (KeyError) a dimension that is none, and one crossed with itself.
    """
    if rows == columns:
        raise KeyError(columns)
    third = next(name for name in DIMENSIONS if name not in (rows, columns))
    picked = [_COLUMNS[rows], _COLUMNS[columns]]
    level = "cell" if chosen is not None else "_".join(name for name in DIMENSIONS if name in (rows, columns))
    named, also = ", ".join(picked), ""
    if chosen is not None:
        is_division = third == "region" and divisions.is_prefix(chosen)
        also = f"and {_COLUMNS[third]} {'^@' if is_division else '='} %(chosen)s"
    found = fetched(_COUNTED.format(columns=named, changed=named, also=also), {"level": level, "chosen": chosen})
    return _crossed(rows, columns, {(row, column): int(n) for row, column, n in found})


def places() -> dict[str, str]:
    """Where the counted people live, with its words: provinces, prefectures and counties by code, then names of which
    the hospital's table does not tell which division they are.
    """
    known = {place for (place,) in fetched(_PLACES)}
    codes = divisions.prefixes({place for place in known if divisions.is_county(place)})
    names = sorted(place for place in known if not divisions.is_county(place))
    return {**{code: divisions.words_of(code) for code in codes}, **{name: name for name in names}}


def _crossed(rows: str, columns: str, cells: dict[tuple[Any, Any], int]) -> Crossing:
    by_row: dict[Any, int] = defaultdict(int)
    by_column: dict[Any, int] = defaultdict(int)
    for (row, column), n in cells.items():
        by_row[row] += n
        by_column[column] += n
    return Crossing(
        _heads(rows, by_row, ROWS_SHOWN),
        _heads(columns, by_column, COLUMNS_SHOWN),
        cells,
        sum(by_row.values()),
        max(len(by_row) - ROWS_SHOWN, 0),
        max(len(by_column) - COLUMNS_SHOWN, 0),
    )


def _heads(dimension: str, totals: Mapping[Any, int], shown: int) -> list[Head]:
    """The largest first."""
    largest = sorted(totals.items(), key=lambda item: (-item[1], str(item[0])))[:shown]
    keys = [key for key, _n in largest if key]
    if dimension == "department":
        departments = dict(Department.objects.filter(pk__in=keys).values_list("pk", "name"))
        return [Head(key, departments.get(key, ""), n) for key, n in largest]
    if dimension == "region":
        return [Head(key, divisions.words_of(key or ""), n) for key, n in largest]
    known = group_names(keys) if dimension == "disease" else {}
    return [
        Head(key, known[key].name, n, str(key)) if key in known else Head(key, str(key or ""), n) for key, n in largest
    ]
