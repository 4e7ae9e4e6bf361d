"""The planner's picture of a table that grows a thousandfold in one transaction.

A plan made for an empty table runs nested loops over what was just written; autovacuum looks only after the commit.
"""

from django.db import connection, models


def renew_after_growth(*grown: type[models.Model], rows: int) -> None:
    """Renews the statistics of those of these tables that the planner believes to be smaller than twice `rows`.

    `rows` is how many were just written. Costs nothing on tables that are large already.
    """
    tables = [model._meta.db_table for model in grown]
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relname = any(%s) and relnamespace = 'public'::regnamespace"
            " and reltuples < %s",
            [tables, 2 * rows],
        )
        _refresh(sorted(name for (name,) in cursor.fetchall()))


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
