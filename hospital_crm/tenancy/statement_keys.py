"""Composite keys that are checked once per statement, not per row, for tables written in bulk.

PostgreSQL's foreign keys ask for every row and every key anew; eight keys of a table that grows by hundreds of
thousands of rows a night cost more than the rows and their indexes. A model that says `keys_by_statement = True` gets
triggers which promise the same: a row refers to a row of its own hospital that is there and stays there. What is
referred to is held against deletion until the commit, and whoever deletes it or takes it to another hospital is
refused while rows refer to it. Errors carry the code of a foreign key.

A few rows hold each row they refer to (FOR KEY SHARE). Many rows hold the hospital's gate of that table instead, which
whoever deletes there has to pass alone: to hold a hundred thousand people one by one means to read and to write the
page of each. The gate is for transactions that see what was committed a moment ago; others hold row by row.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple


class Key(NamedTuple):
    """`(hospital_id, column)` of `table` must exist as `(hospital_id, id)` of `target`."""

    table: str
    column: str
    target: str


_FEW = 200

# `%` is no wildcard here: the text goes to the database as it stands. `offset 0` keeps the question one for each row,
# by the key: the plan is remembered, and the next statement may write far fewer.
_FUNCTION = """
create or replace function public.{name}() returns trigger language plpgsql as $$
begin
    if tg_argv[0] = 'written' then
        if current_setting('transaction_isolation') = 'read committed'
           and (select count(*) from (select from written limit {few} + 1) begun) > {few} then
            perform pg_advisory_xact_lock_shared({gate}, (hospital_id % 2147483648)::int)
               from (select distinct hospital_id from written order by 1) theirs;
            perform from (select distinct hospital_id, {column} as id from written where {column} is not null) asked
              where not exists (
                    select from public.{target} t where t.hospital_id = asked.hospital_id and t.id = asked.id offset 0)
              limit 1;
        else
            perform from (select distinct hospital_id, {column} as id from written where {column} is not null) asked
              where not exists (
                    select from public.{target} t
                     where t.hospital_id = asked.hospital_id and t.id = asked.id for key share)
              limit 1;
        end if;
    elsif tg_argv[0] = 'changed' then
        perform where not exists (
            select from public.{target} t where t.hospital_id = new.hospital_id and t.id = new.{column} for key share);
    else
        perform pg_advisory_xact_lock({gate}, (old.hospital_id % 2147483648)::int);
        perform from public.{table} r where r.hospital_id = old.hospital_id and r.{column} = old.id limit 1;
    end if;
    if found then
        raise exception 'a row of {table} refers by {column} to no row of {target} of its hospital'
            using errcode = 'foreign_key_violation', table = '{table}', constraint = '{name}';
    end if;
    return null;
end $$
"""
_ON_TABLE = {
    "written": "after insert on {table} referencing new table as written for each statement",
    "changed": "after update of hospital_id, {column} on {table} for each row when (new.{column} is not null"
    " and (new.{column}, new.hospital_id) is distinct from (old.{column}, old.hospital_id))",
}
_ON_TARGET = {
    "deleted": "after delete on {target} for each row",
    "moved": "after update of hospital_id, id on {target} for each row"
    " when ((new.id, new.hospital_id) is distinct from (old.id, old.hospital_id))",
}


def install(cursor: Any, keys: Iterable[Key]) -> None:
    """Makes, renews and removes functions and triggers so that exactly these keys are kept; mostly nothing."""
    wanted = {made.trigger: made for key in keys for made in _made(key)}
    present = _present(cursor)
    for on, name in sorted(present.keys() - wanted.keys()):
        cursor.execute(f'drop trigger "{name}" on "{on}"')
    for made in wanted.values():
        if present.get(made.trigger) != made.mark:
            on, name = made.trigger
            cursor.execute(made.function)
            cursor.execute(f'drop trigger if exists "{name}" on "{on}"')
            cursor.execute(made.sql)
            cursor.execute(f'comment on trigger "{name}" on "{on}" is \'{made.mark}\'')


def kept(cursor: Any, keys: Iterable[Key]) -> set[Key]:
    """Which of these keys have all their triggers, switched on and as they should be."""
    present = _present(cursor)
    return {key for key in keys if all(present.get(made.trigger) == made.mark for made in _made(key))}


class _Made(NamedTuple):
    """What keeps one key against one event; `trigger` is its table and name."""

    trigger: tuple[str, str]
    function: str
    sql: str
    mark: str


def _made(key: Key) -> Iterator[_Made]:
    name = "key_" + hashlib.sha256(".".join(key).encode()).hexdigest()[:8] + f"_{key.column}"[:40]
    words = {**key._asdict(), "name": name, "few": _FEW, "gate": zlib.crc32(f"key {key.target}".encode()) - 2**31}
    function = _FUNCTION.format(**words)
    for events, on in ((_ON_TABLE, key.table), (_ON_TARGET, key.target)):
        for event, when in events.items():
            trigger = f"{name}_{event}"
            sql = f"create trigger {trigger} {when.format(**words)} execute function public.{name}('{event}')"
            yield _Made((on, trigger), function, sql, hashlib.sha256((function + sql).encode()).hexdigest()[:16])


def _present(cursor: Any) -> dict[tuple[str, str], str | None]:
    cursor.execute(
        "select c.relname, t.tgname, obj_description(t.oid, 'pg_trigger') from pg_trigger t"
        " join pg_class c on c.oid = t.tgrelid where c.relnamespace = current_schema()::regnamespace"
        " and t.tgname ~ '^key_[0-9a-f]{8}_' and not t.tgisinternal and t.tgenabled = 'O'"
    )
    return {(table, name): mark for table, name, mark in cursor.fetchall()}
