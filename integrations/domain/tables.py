"""A stored list opened for reading, as it was recognised."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

from integrations.domain.kinds import Reader, kind_of
from integrations.models import ImportBatch
from integrations.readers.people import PersonReader
from integrations.readers.tabular.columns import ColumnMap
from integrations.readers.tabular.table import Row, Table, TableInfo

_FIRST_ROWS = 200


def table_of(batch: ImportBatch, path: Path) -> Table:
    """The list as it was recognised when it was uploaded."""
    info = TableInfo(
        batch.format, batch.encoding, batch.separator, batch.sheet, batch.header_line, tuple(batch.columns), batch.size
    )
    return Table(path, info)


def opened(batch: ImportBatch, path: Path, today: dt.date, *, glance: bool = False) -> tuple[Reader, Iterator[Row]]:
    """What reads the rows of the list, knowing how its columns of days are written; and its rows. At a `glance` the
    first rows alone tell that: a page never reads the whole list.
    """
    table, reader = table_of(batch, path), kind_of(batch).reader(column_map(batch), today)
    rows = table.rows()
    if not isinstance(reader, PersonReader):
        return reader, rows
    first = list(itertools.islice(rows, _FIRST_ROWS))
    reader.learn(first, (lambda: first) if glance else table.rows)
    return reader, itertools.chain(first, rows)


def column_map(batch: ImportBatch) -> ColumnMap:
    """The meaning of the columns that was recognised or chosen."""
    places = {name: tuple(columns) for name, columns in batch.mapping.items()}
    used = {column for columns in places.values() for column in columns}
    unknown = tuple(column for column in range(len(batch.columns)) if column not in used)
    return ColumnMap(places, {}, unknown)


def describe(info: TableInfo) -> dict[str, object]:
    """What was recognised, as the columns of a batch."""
    facts = dataclasses.asdict(info)
    return {
        "format": facts["kind"],
        "encoding": facts["encoding"],
        "separator": facts["separator"],
        "sheet": facts["sheet"][:60],
        "header_line": facts["header_line"],
        "columns": list(facts["columns"]),
        "size": facts["size"],
    }
