"""Rows of a page by their ids, with all that the page shows of them, by a statement that Django writes once.

A page of a list first finds its ids and then reads these few. What is read does not change from page to page but for
the ids; writing it out anew took longer than PostgreSQL needs to answer it. See `prepared`.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import RelatedPopulator, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from hospital_crm.tenancy.lookups import array_of
from hospital_crm.tenancy.prepared import Prepared, Value

_NOBODY = -1  # no row has this id
_IDS = "any(%s::bigint[])"  # as `any_of` writes it
M = TypeVar("M", bound=Model)


class ById(Protocol[M]):
    """Whatever reads rows by their ids, as every queryset does."""

    def in_bulk(self, ids: Sequence[int]) -> dict[Any, M]:
        """The rows that exist, by id."""


class PreparedRows(Generic[M]):
    """`rows(*shape, **values)` answers the queryset to read from: which columns, which references, which annotations.

    Everything that decides how the statement reads comes with `shape`; `values` are filled in at every call.
    """

    def __init__(self, rows: Callable[..., QuerySet[M]]) -> None:
        self._rows = rows
        self._prepared = Prepared(self._write)

    def __call__(self, *shape: Hashable, **values: Value) -> "_Filled[M]":
        """The rows for these values."""
        return _Filled(self._prepared, shape, values)

    def in_bulk(self, ids: Sequence[int]) -> dict[int, M]:
        """The rows that exist, by id, where there are neither shape nor values."""
        return self().in_bulk(ids)

    def among(self, few: QuerySet) -> list[M]:
        """Those that `few` finds, in the same statement, where there are neither shape nor values."""
        return self().among(few)

    def _write(self, *shape: Hashable, **values: Value) -> tuple[str, Sequence[Any], "_Reader"]:
        rows = self._rows(*shape, **values).filter(pk__any_of=[_NOBODY]).order_by()
        compiler = rows.query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        return sql, params, _Reader.of(compiler, params.index(array_of([_NOBODY])))


@dataclass(frozen=True)
class _Filled(Generic[M]):
    """Prepared rows with their values."""

    prepared: Prepared["_Reader"]
    shape: tuple[Hashable, ...]
    values: dict[str, Value]

    def in_bulk(self, ids: Sequence[int]) -> dict[int, M]:
        """The rows that exist, by id."""
        if not ids:
            return {}
        sql, params, reader = self.prepared(*self.shape, **self.values)
        params[reader.ids_place] = array_of(ids)
        return {made.pk: made for made in _fetched(sql, params, reader)}

    def among(self, few: QuerySet) -> list[M]:
        """Those that `few` finds, in the same statement."""
        sql, params, reader = self.prepared(*self.shape, **self.values)
        try:
            finding, finding_params = few.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return []
        params[reader.ids_place : reader.ids_place + 1] = finding_params
        return list(_fetched(sql.replace(_IDS, f"any(array({finding}))"), params, reader))


def _fetched(sql: str, params: Sequence[Any], reader: "_Reader") -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return reader.objects(cursor.fetchall())


@dataclass(frozen=True)
class _Reader:
    """How a fetched row becomes an object, as Django's own `ModelIterable` does it."""

    ids_place: int
    model: type[Model]
    columns: slice
    names: list[str]
    annotations: dict[str, int]
    populators: list[RelatedPopulator]
    converters: list[tuple[int, Any]]

    @classmethod
    def of(cls, compiler: SQLCompiler, ids_place: int) -> "_Reader":
        """After the compiler has written its statement, whose parameter at `ids_place` are the ids."""
        select: list[Any] = compiler.select
        info: dict[str, Any] = compiler.klass_info
        columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        return cls(
            ids_place=ids_place,
            model=info["model"],
            columns=columns,
            names=[column[0].target.attname for column in select[columns]],
            annotations=dict(compiler.annotation_col_map or {}),
            populators=get_related_populators(info, select, connection.alias),  # type: ignore[call-arg]
            converters=list(compiler.get_converters([column[0] for column in select[: compiler.col_count]]).items()),
        )

    def objects(self, fetched: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        """Objects with their references and annotations."""
        for row in map(self._converted, fetched) if self.converters else fetched:
            made = self.model.from_db(connection.alias, self.names, row[self.columns])
            for populator in self.populators:
                populator.populate(row, made)
            for name, place in self.annotations.items():
                setattr(made, name, row[place])
            yield made

    def _converted(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for place, (converters, expression) in self.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return values
