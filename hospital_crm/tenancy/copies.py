"""Temporary copies that stand before tables: whatever is read or written under the name of a table is read from, and
written to, its copy.

PostgreSQL looks for a name among the temporary tables first. A copy has the columns, defaults, indexes and checks of
its table and the triggers that refuse a row; it has no references, and nobody hears of what is written there
(`Telling`), so that no row of anybody is held. A copy begins empty: rows are taken along where they are needed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models
from django.db.models import GeneratedField
from django.dispatch import Signal

from hospital_crm.tenancy.scope import required_hospital

# numbers of rows that are made in copies, above those of any row there is
FIRST_ID = 1 << 48

_LIKE = "including defaults including identity including generated including constraints"
# Searching by parts of words is nothing a list does, and such indexes are the dearest to write.
_INDEXES = """
    select pg_get_indexdef(i.indexrelid)
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
     where i.indrelid = %s::regclass and a.amname <> 'gin'"""
_GUARDS = """
    select pg_get_triggerdef(oid) from pg_trigger
     where tgrelid = %s::regclass and not tgisinternal and tgtype & 2 = 2"""


_stand: ContextVar[bool] = ContextVar("copies_stand", default=False)


class Telling(Signal):
    """A signal that tells of what is on record: nobody hears it while copies stand before the tables."""

    def send(self, sender: Any, **named: Any) -> list[tuple[Any, Any]]:
        """As of every signal."""
        return [] if _stand.get() else super().send(sender, **named)


@contextmanager
def copies_before(*tables: type[models.Model]) -> Iterator[None]:
    """Copies, still empty, stand before these tables. Ends with the transaction, which has to be taken back."""
    before = _stand.set(True)
    try:
        _make(tables)
        yield
    finally:
        _stand.reset(before)


def _make(tables: Sequence[type[models.Model]]) -> None:
    with connection.cursor() as cursor:
        for model in tables:
            name = model._meta.db_table
            cursor.execute(f"create temporary table {name} (like public.{name} {_LIKE}) on commit drop")
            cursor.execute(f"alter table pg_temp.{name} alter column id restart with {FIRST_ID}")
            for definitions in (_INDEXES, _GUARDS):
                cursor.execute(definitions, [f"public.{name}"])
                for (definition,) in cursor.fetchall():
                    cursor.execute(definition.replace(f" ON public.{name} ", f" ON pg_temp.{name} "))


def take_along(model: type[models.Model], condition: str = "true", params: Sequence[Any] = ()) -> list[int]:
    """Takes rows of the hospital in scope into the copy, but those that are in it; answers their ids."""
    name = model._meta.db_table
    fields = model._meta.concrete_fields
    columns = ", ".join(str(one.column) for one in fields if not isinstance(one, GeneratedField))
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into pg_temp.{name} ({columns}) select {columns} from public.{name}"
            f" where hospital_id = %s and ({condition}) on conflict do nothing returning id",
            [required_hospital().pk, *params],
        )
        return [key for (key,) in cursor.fetchall()]


@contextmanager
def originals() -> Iterator[None]:
    """What is read meanwhile is read from the tables themselves."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('search_path')")
        before = cursor.fetchone()[0]
        cursor.execute("select set_config('search_path', 'public, pg_temp', true)")
        yield
        cursor.execute("select set_config('search_path', %s, true)", [before])
