"""Counting rows up to a cap: what stands behind a chip, an entry of the navigation or a heading says 1000+ at most."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models import Value as Constant

from hospital_crm.tenancy.prepared import Prepared, Value

COUNT_CAP = 1001
# A list, or its parts that share no row: what is asked with "or" is quick where each part has an index of its own.
Rows = QuerySet | tuple[QuerySet, ...]


def capped_count(rows: QuerySet) -> int:
    """How many rows, counted up to 1,001: shown as 1000+."""
    return rows.order_by()[:COUNT_CAP].count()


def capped_counts(*lists: Rows) -> list[int]:
    """As `capped_count` for several lists, in one query."""
    return _counts(*_counting([_counted(rows) for rows in lists])) if lists else []


def whole_counts(*lists: QuerySet) -> list[int]:
    """How many rows each list has, to the last, in one query: for figures, where each has an index of its own."""
    return _counts(*_counting([_written(rows.order_by().values("pk")) for rows in lists])) if lists else []


class PreparedCapped:
    """`capped_counts` of lists with names that differ between calls by values alone, written once; see `prepared`."""

    def __init__(self, lists: Callable[..., Mapping[str, Rows]]) -> None:
        self._lists = lists
        self._prepared = Prepared(self._write)

    def of(self, *shape: Hashable, **values: Value) -> dict[str, int]:
        """How many rows each list has, up to 1,001."""
        sql, params, names = self._prepared(*shape, **values)
        return dict(zip(names, _counts(sql, params), strict=True))

    def _write(self, *shape: Hashable, **values: Value) -> tuple[str, list[Any], list[str]]:
        lists = self._lists(*shape, **values)
        return *_counting([_counted(rows) for rows in lists.values()]), list(lists)


def _counting(parts: list[tuple[str, tuple[Any, ...]]]) -> tuple[str, list[Any]]:
    """The statement that counts the rows of each part."""
    counts = ", ".join(f"(select count(*) from ({sql}) as list_{place})" for place, (sql, _params) in enumerate(parts))
    return f"select {counts}", [value for _sql, params in parts for value in params]


def _counts(sql: str, params: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchone())


@dataclass(frozen=True)
class Within:
    """Rows in parts that share none, and conditions of which a row may meet several: lists that overlap."""

    parts: tuple[QuerySet, ...]
    conditions: Mapping[str, Q]


def counts_within(*asked: Within) -> list[dict[str, int]]:
    """How many rows meet each condition, up to 1,001, in one pass over each part and in one statement: for a few
    thousand rows.
    """
    return _counted_within(*_passes(asked))


class PreparedCounts:
    """`counts_within` of lists that differ between calls by values alone, written once; see `prepared`."""

    def __init__(self, lists: Callable[..., Sequence[Within]]) -> None:
        self._prepared = Prepared(lambda *shape, **values: _passes(lists(*shape, **values)))

    def of(self, *shape: Hashable, **values: Value) -> list[dict[str, int]]:
        """The counts, as `counts_within` answers them."""
        return _counted_within(*self._prepared(*shape, **values))


def _passes(asked: Sequence[Within]) -> tuple[str, list[Any], Sequence[Within]]:
    passes = [_one_pass(within) for within in asked]
    sql = f"select {', '.join(f'({sql})' for sql, _params in passes)}"
    return sql, [value for _sql, params in passes for value in params], asked


def _counted_within(sql: str, params: list[Any], asked: Sequence[Within]) -> list[dict[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchone()
    return [
        {name: min(n, COUNT_CAP) for name, n in zip(within.conditions, numbers, strict=True)}
        for within, numbers in zip(asked, found, strict=True)
    ]


def _one_pass(within: Within) -> tuple[str, list[Any]]:
    """The counts of each part, added up into one array."""
    counts = {f"n{place}": Count("pk", filter=condition) for place, condition in enumerate(within.conditions.values())}
    parts = [
        _written(part.order_by().annotate(every=Constant(1)).values("every").annotate(**counts))
        for part in within.parts
    ]
    sums = ", ".join(f"coalesce(sum({name}), 0)::int" for name in counts)
    rows = " union all ".join(f"(select {', '.join(counts)} from ({sql}) as part)" for sql, _params in parts)
    return f"select array[{sums}] from ({rows}) as parts", [value for _sql, params in parts for value in params]


def _written(rows: QuerySet) -> tuple[str, tuple[Any, ...]]:
    """Rows as SQL; what cannot have any is written out as such, with the same columns."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        columns = ", ".join(f"0 as {name}" for name in rows.query.annotations)
        return f"select {columns} where false", ()


def _counted(rows: Rows) -> tuple[str, tuple[Any, ...]]:
    """The rows to count, up to the cap, as SQL."""
    if isinstance(rows, tuple):
        parts = [_counted(part) for part in rows]
        together = " union all ".join(f"(select 1 from ({sql}) as part)" for sql, _params in parts)
        return f"{together} limit {COUNT_CAP}", tuple(value for _sql, params in parts for value in params)
    return _written(rows.order_by().values("pk")[:COUNT_CAP])
