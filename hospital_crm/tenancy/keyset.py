"""Pages of long lists by key: a page begins after the last row of the one before, so that the thousandth costs what
the first does.

A list is ordered by one column or two and the id. Cursors are `<value>~<id>`, or `<value>~<value>~<id>`; what cannot
be read is treated as the first page.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, QuerySet, Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from hospital_crm.tenancy.prepared_rows import ById
from hospital_crm.typed import whole_number

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Key:
    """The order of a list: `field`, where given `then`, and the id, all downwards unless `ascending`. `parse` reads the
    value of either field from a cursor.
    """

    field: str
    parse: Callable[[str], Any]
    ascending: bool = False
    then: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """What comes before the id."""
        return (self.field, self.then) if self.then else (self.field,)

    @property
    def order(self) -> tuple[str, ...]:
        """For `order_by`."""
        return self.ordered(upwards=self.ascending)

    def ordered(self, *, upwards: bool) -> tuple[str, ...]:
        """The same in this direction."""
        sign = "" if upwards else "-"
        return tuple(f"{sign}{name}" for name in (*self.fields, "id"))

    def position(self, row: Model) -> tuple[Any, ...]:
        """Where a row stands in the list."""
        return (*(getattr(row, name) for name in self.fields), row.pk)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Rows of one page with the cursors of its neighbours ('' where there is none)."""

    rows: list[M]
    older: str
    newer: str


BY_DAY = Key("sort_on", dt.date.fromisoformat)


PAGE_SIZE = 30  # rows of every list: what a large screen shows


def page_of(
    rows: QuerySet[M] | tuple[QuerySet[M], ...],
    key: Key,
    *,
    fetch: ById[M],
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZE,
) -> Page[M]:
    """The page of `rows` (or of parts that share none) after or before a cursor; the first page without one.

    Only ids are looked for in `rows`, which an index that carries the filters answers alone; `fetch`, a queryset or
    prepared rows, then reads these few with whatever the page shows of them.
    """
    parts = rows if isinstance(rows, tuple) else (rows,)
    if before and (position := _read(before, key)):
        beyond = [_beyond(part, key, position, backwards=True) for part in parts]
        found = _fetched(fetch, beyond, key, size + 1, upwards=not key.ascending)
        more, found = len(found) > size, found[:size][::-1]
        return Page(found, cursor(found[-1], key) if found else "", cursor(found[0], key) if more and found else "")
    position = _read(after, key) if after else None
    ordered = [_beyond(part, key, position) if position else part.order_by(*key.order) for part in parts]
    found = _fetched(fetch, ordered, key, size + 1, upwards=key.ascending)
    more, found = len(found) > size, found[:size]
    return Page(found, cursor(found[-1], key) if more else "", cursor(found[0], key) if position and found else "")


def neighbour(rows: QuerySet[M], key: Key, row: M, *, backwards: bool) -> M | None:
    """The row before or after this one in the list."""
    beyond = _beyond(rows, key, key.position(row), backwards=backwards)
    return next(iter(_fetched(rows.model._default_manager.all(), [beyond], key, 1)), None)


def cursor(row: Model, key: Key) -> str:
    """The address of a row within its list."""
    return "~".join(map(str, key.position(row)))


def _read(text: str, key: Key) -> tuple[Any, ...] | None:
    *values, row = text.rsplit("~", len(key.fields))
    try:
        number = whole_number(row)
        is_whole = number is not None and len(values) == len(key.fields)
        return (*map(key.parse, values), number) if is_whole else None
    except ValueError:
        return None


def _fetched(fetch: ById[M], ordered: Sequence[QuerySet[M]], key: Key, size: int, *, upwards: bool = False) -> list[M]:
    """The first rows of all parts, in their common order."""
    ids = [pk for *_values, pk in _places(ordered, key, size, upwards=upwards)]
    known = fetch.in_bulk(ids)
    return [known[pk] for pk in ids if pk in known]


def _places(ordered: Sequence[QuerySet[M]], key: Key, size: int, *, upwards: bool) -> list[tuple[Any, ...]]:
    """Where the first rows of all parts stand, in their common order."""
    first, *others = (part.values_list(*key.fields, "pk")[:size] for part in ordered)
    if not others:
        return list(first)
    return sorted(first.union(*others, all=True), reverse=not upwards)[:size]


def places_behind(
    parts: Sequence[QuerySet[M]], key: Key, position: Sequence[Any] | None, size: int
) -> list[tuple[Any, ...]]:
    """Where the next rows behind a position stand, the first ones of the list without one; the last of each is the id.
    One query, which reads no row where an index carries the filters.
    """
    ordered = [_beyond(part, key, position) if position else part.order_by(*key.order) for part in parts]
    return _places(ordered, key, size, upwards=key.ascending)


def first_ids(named: Mapping[str, Sequence[QuerySet[M]]], key: Key, size: int) -> dict[str, list[int]]:
    """The ids of the first rows of several lists, each in its parts, without pages, in one query."""
    asked = [
        part.order_by(*key.order).values_list(Value(name), *key.fields, "pk")[:size]
        for name, parts in named.items()
        for part in parts
    ]
    if not asked:
        return {}
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in named}
    for name, *place in asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]:
        found[name].append(tuple(place))
    return {
        name: [pk for *_values, pk in sorted(places, reverse=not key.ascending)[:size]]
        for name, places in found.items()
    }


def _beyond(rows: QuerySet[M], key: Key, position: Sequence[Any], *, backwards: bool = False) -> QuerySet[M]:
    """Rows beyond a position, nearest first."""
    upwards = key.ascending != backwards
    compare = TupleGreaterThan if upwards else TupleLessThan
    place = tuple(F(name) for name in (*key.fields, "id"))
    return rows.filter(compare(place, tuple(position))).order_by(*key.ordered(upwards=upwards))
