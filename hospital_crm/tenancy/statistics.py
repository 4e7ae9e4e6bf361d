"""The planner's picture of a table that grows a thousandfold in one transaction.

A plan made for an empty table runs nested loops over what was just written; autovacuum looks only after the commit.
"""

import json

from django.db import connection, models

from hospital_crm.tenancy.scope import required_hospital


def renew_after_growth(*grown: type[models.Model], rows: int) -> None:
    """Renews the statistics of those of these tables that the planner believes to be smaller than twice `rows`.

    `rows` is how many were just written. Costs nothing on tables that are large already. Copies that stand before
    tables are ours, and their statistics nobody else's.
    """
    tables = [model._meta.db_table for model in grown]
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, relpersistence = 't' from pg_class"
            " where oid in (select to_regclass(name) from unnest(%s) name) and reltuples < %s",
            [tables, 2 * rows],
        )
        small = sorted(cursor.fetchall())
        for name in (name for name, is_copy in small if is_copy):
            cursor.execute(f"analyze pg_temp.{name}")
    _refresh([name for name, is_copy in small if not is_copy])


_FEW = 100
_MANY = 500


def renew_where_unknown(model: type[models.Model], *companions: type[models.Model]) -> None:
    """Renews the statistics of these tables where the planner believes that the hospital in scope has next to nothing
    in the table of `model`, and it has more: of such a hospital it would read all rows once per lookup.

    Costs a thousandth of a second where the hospital is known.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"explain (format json) select from {table} where hospital_id = %s", [required_hospital().pk])
        answer = cursor.fetchone()[0]
        plan = json.loads(answer) if isinstance(answer, str) else answer
    if plan[0]["Plan"]["Plan Rows"] < _FEW and model._default_manager.all()[: _MANY + 1].count() > _MANY:
        _refresh(sorted({table, *(other._meta.db_table for other in companions)}))


class Growth:
    """Watches one hospital's rows grow in a table that is large already because of others.

    Of a hospital that is younger than the statistics the planner expects one row and reads all of its rows once per
    lookup, so the statistics of `companions` are renewed each time the hospital has four times the rows in
    `watched`.
    """

    def __init__(self, watched: type[models.Model], *companions: type[models.Model]) -> None:
        self.watched = watched
        self.tables = sorted(model._meta.db_table for model in (watched, *companions))
        self.grown = 0

    def note(self, rows: int) -> None:
        """`rows` were just written for the hospital in scope."""
        self.grown += rows
        enough = self.grown * 4 // 3
        if rows and self.watched._default_manager.all()[: enough + 1].count() <= enough:
            _refresh(self.tables)
            self.grown = 0


def _refresh(tables: list[str]) -> None:
    if tables:
        with connection.cursor() as cursor:
            cursor.execute("select refresh_statistics(%s)", [tables])
