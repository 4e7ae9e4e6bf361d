"""Loading tables in bulk: indexes, references and triggers stand aside and come back, checked, at the end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_INDEXES = """
select 'drop index ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid) from pg_index i
 where i.indrelid::regclass::text = any(%s) and not i.indisunique
"""
_REFERENCES = """
select format('alter table %%s drop constraint %%I', conrelid::regclass, conname),
       format('alter table %%s add constraint %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
  from pg_constraint where contype = 'f' and conrelid::regclass::text = any(%s)
"""


@contextmanager
def without_checks(cursor: Any, tables: Sequence[str]) -> Iterator[None]:
    """Unique keys stay; everything else that looks at single rows is made anew after the block."""
    cursor.execute(_INDEXES, [list(tables)])
    changes = cursor.fetchall()
    cursor.execute(_REFERENCES, [list(tables)])
    changes += cursor.fetchall()
    for drop, _make in changes:
        cursor.execute(drop)
    for table in tables:
        cursor.execute(f"alter table {table} disable trigger user")
    yield
    for table in tables:
        cursor.execute(f"alter table {table} enable trigger user")
    for _drop, make in changes:
        cursor.execute(make)
