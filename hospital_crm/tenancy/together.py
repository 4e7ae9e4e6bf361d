"""Several small reads in one statement: what a page shows around one row, without a round trip for each."""

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

from hospital_crm.tenancy.prepared import Prepared, Value


@dataclass(frozen=True)
class Few:
    """A few rows of one model with these columns; `staff__name` brings the name of the row's `staff` along, and what
    the rows are annotated with comes as it is in JSON.
    """

    rows: QuerySet
    columns: Sequence[str]


def read_together(**asked: Few) -> dict[str, list[Any]]:
    """The rows of each, in its own order, as objects that hold the columns asked for; in one statement."""
    return _read(*_written(asked)) if asked else {}


class PreparedReads:
    """`read_together` of lists that differ between calls by values alone, written once; see `prepared`."""

    def __init__(self, lists: Callable[..., dict[str, Few]]) -> None:
        self._prepared = Prepared(lambda *shape, **values: _written(lists(*shape, **values)))

    def read(self, *shape: Hashable, **values: Value) -> dict[str, list[Any]]:
        """The rows of each list, as `read_together` answers them."""
        return _read(*self._prepared(*shape, **values))


def _written(asked: dict[str, Few]) -> tuple[str, list[Any], dict[str, Few]]:
    parts = [_sql(few) for few in asked.values()]
    lists = ", ".join(
        f"(select json_agg(row_to_json(list_{place}))::text from ({sql}) as list_{place})"
        for place, (sql, _params) in enumerate(parts)
    )
    return f"select {lists}", [value for _sql, params in parts for value in params], asked


def _read(sql: str, params: list[Any], asked: dict[str, Few]) -> dict[str, list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchone()
    return {
        name: [_annotated(_object(few.rows.model, row), row, few.rows) for row in json.loads(text or "[]")]
        for (name, few), text in zip(asked.items(), found, strict=True)
    }


def ids_together(*lists: QuerySet) -> list[list[int]]:
    """The ids of each list, which has one column and no order; in one statement."""
    if not lists:
        return []
    parts = [_ids_sql(rows) for rows in lists]
    with connection.cursor() as cursor:
        arrays = ", ".join(f"array({sql})" for sql, _params in parts)
        cursor.execute(f"select {arrays}", [value for _sql, params in parts for value in params])
        return list(cursor.fetchone())


def _ids_sql(rows: QuerySet) -> tuple[str, tuple[Any, ...]]:
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return "select null::bigint where false", ()


def _sql(few: Few) -> tuple[str, tuple[Any, ...]]:
    """The rows as SQL; a list that cannot have any is written out as such."""
    try:
        return few.rows.values(*few.columns).query.sql_with_params()
    except EmptyResultSet:
        return "select 1 where false", ()


def _object(model: type[Model], row: dict[str, Any]) -> Any:
    """A row as an object of its model, and beside it the objects of its references that were asked for."""
    own = {
        field.attname: _kind(field).to_python(row[field.attname]) for field in _columns(model) if field.attname in row
    }
    made = model.from_db(connection.alias, list(own), list(own.values()))
    beside: dict[str, dict[str, Any]] = {}
    for name, value in row.items():
        if "__" in name:
            reference, column = name.split("__", 1)
            beside.setdefault(reference, {})[column] = value
    for reference, columns in beside.items():
        field: Any = model._meta.get_field(reference)
        is_there = any(value is not None for value in columns.values())
        field.set_cached_value(made, _object(field.related_model, columns) if is_there else None)
    return made


def _annotated(made: Any, row: dict[str, Any], rows: QuerySet) -> Any:
    """The object with the annotations that were asked for."""
    for name in rows.query.annotations.keys() & row.keys():
        setattr(made, name, row[name])
    return made


def _columns(model: type[Model]) -> Sequence[Any]:
    """The columns in the order in which the model takes its values."""
    return model._meta.concrete_fields


def _kind(field: Any) -> Any:
    """What reads a value of the column; a generated column is read as what it is made of."""
    return getattr(field, "output_field", field)
