"""Tables of codes brought in from a list: rows are found by their code, made or corrected, and can be taken back.

What a list says replaces what was there, and only the columns it has; bringing it in again changes nothing. Taking back
deletes what the list made and nothing uses, and puts back what it corrected unless somebody has changed it since.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Model


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a list: its number and what its columns say, by the name of the column in the database."""

    row: int
    values: Mapping[str, Any]


@dataclass(slots=True)
class TableOutcome:
    """What the rows led to: rows that made or changed something, rows left out (row → code), ids made, those changed
    with what was before and after, and everything that was named.
    """

    created_rows: set[int] = field(default_factory=set)
    updated_rows: set[int] = field(default_factory=set)
    left_out: dict[int, str] = field(default_factory=dict)
    made: list[int] = field(default_factory=list)
    changed: list[tuple[int, dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    named: set[int] = field(default_factory=set)


def bring(model: type[Model], rows: Sequence[TableRow], *, already: set[int], key: str = "code") -> TableOutcome:
    """Rows of one table. `already`: ids that the list has named before; a code named twice counts by its first row."""
    known = {
        getattr(one, key): one
        for one in model._default_manager.filter(**{f"{key}__in": [row.values[key] for row in rows]})
    }
    done, new = TableOutcome(), dict[str, TableRow]()
    for row in rows:
        found = known.get(row.values[key])
        if row.values[key] in new or (found is not None and (found.pk in already or found.pk in done.named)):
            done.left_out[row.row] = "code_twice"
        elif found is None:
            new[row.values[key]] = row
        else:
            correct(found, row, done)
    make(model, new.values(), done)
    return done


def found(model: type[Model], rows: Sequence[TableRow], *, key: str = "code") -> dict[int, int]:
    """Row of the list → id of the row of the table that bears its code, where there is one."""
    there = dict(
        model._default_manager.filter(**{f"{key}__in": [row.values[key] for row in rows]}).values_list(key, "pk")
    )
    return {row.row: there[row.values[key]] for row in rows if row.values[key] in there}


def make(model: type[Model], rows: Iterable[TableRow], done: TableOutcome) -> None:
    """Rows that are new."""
    rows = list(rows)
    made = model._default_manager.bulk_create(model(**row.values) for row in rows)
    done.created_rows |= {row.row for row in rows}
    done.made += [one.pk for one in made]
    done.named |= {one.pk for one in made}


def correct(found: Model, row: TableRow, done: TableOutcome) -> None:
    """A row that is there: only what differs is written."""
    done.named.add(found.pk)
    before = {name: getattr(found, name) for name in row.values}
    differing = [name for name, value in row.values.items() if before[name] != value]
    if differing:
        type(found)._default_manager.filter(pk=found.pk).update(**{name: row.values[name] for name in differing})
        done.updated_rows.add(row.row)
        old, fresh = ({name: said[name] for name in differing} for said in (before, row.values))
        done.changed.append((found.pk, old, fresh))


def take_back(model: type[Model], made: Sequence[int], changed: Iterable[Sequence[Any]]) -> tuple[int, int]:
    """Put back what was corrected and delete what was made; answers how many rows went, and how many stay because
    something uses them.
    """
    for pk, before, after in changed:
        model._default_manager.filter(pk=pk, **after).update(**before)
    if not made:
        return 0, 0
    rows = model._default_manager.filter(pk__in=made)
    present = rows.count()
    try:
        with transaction.atomic():
            return rows._raw_delete(connection.alias), 0
    except IntegrityError:
        gone = sum(_deleted(model, pk) for pk in sorted(made, reverse=True))
        return gone, present - gone


def _deleted(model: type[Model], pk: int) -> int:
    try:
        with transaction.atomic():
            return model._default_manager.filter(pk=pk)._raw_delete(connection.alias)
    except IntegrityError:
        return 0
