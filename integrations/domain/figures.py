"""Figures of imports."""

from collections.abc import Mapping

from django.db import connection

from integrations.readers.problems import REJECTED, SKIPPED

_CHANGING = (
    *("stays_created", "stays_updated", "members_created", "members_updated", "codes_created", "codes_updated"),
    *("staff_created", "staff_updated", "duplicates", REJECTED, SKIPPED),
)


def unchanged_rows(counts: Mapping[str, int]) -> int:
    """How many rows of a list, by its counts, said what was known already."""
    return max(counts.get("rows", 0) - sum(counts.get(name, 0) for name in _CHANGING), 0)


def lists_waiting() -> dict[str, float]:
    """How many lists of all hospitals are being worked on or wait for it, and how many of their rows are left. Names no
    hospital.
    """
    with connection.cursor() as cursor:
        cursor.execute("select lists, remaining from lists_waiting()")
        lists, rows = cursor.fetchone()
    return {"lists": lists, "rows": rows}
