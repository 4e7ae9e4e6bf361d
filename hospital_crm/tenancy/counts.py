"""Counting rows up to a cap: what stands behind a chip, an entry of the navigation or a heading says 1000+ at most."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

COUNT_CAP = 1001
# A list, or its parts that share no row: what is asked with "or" is quick where each part has an index of its own.
Rows = QuerySet | tuple[QuerySet, ...]


def capped_count(rows: QuerySet) -> int:
    """How many rows, counted up to 1,001: shown as 1000+."""
    return rows.order_by()[:COUNT_CAP].count()


def capped_counts(*lists: Rows) -> list[int]:
    """As `capped_count` for several lists, in one query."""
    if not lists:
        return []
    parts = [_counted(rows) for rows in lists]
    counts = ", ".join(f"(select count(*) from ({sql}) as list_{place})" for place, (sql, _params) in enumerate(parts))
    with connection.cursor() as cursor:
        cursor.execute(f"select {counts}", [value for _sql, params in parts for value in params])
        return list(cursor.fetchone())


def _counted(rows: Rows) -> tuple[str, tuple[Any, ...]]:
    """The rows to count, as SQL; a list that cannot have any is written out as such."""
    if isinstance(rows, tuple):
        parts = [_counted(part) for part in rows]
        together = " union all ".join(f"(select 1 from ({sql}) as part)" for sql, _params in parts)
        return f"{together} limit {COUNT_CAP}", tuple(value for _sql, params in parts for value in params)
    try:
        return rows.order_by().values("pk")[:COUNT_CAP].query.sql_with_params()
    except EmptyResultSet:
        return "select 1 where false", ()
