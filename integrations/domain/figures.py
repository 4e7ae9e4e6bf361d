"""Figures of imports."""

from django.db import connection


def lists_waiting() -> dict[str, float]:
    """How many lists of all hospitals are being worked on or wait for it, and how many of their rows are left. Names no
    hospital.
    """
    with connection.cursor() as cursor:
        cursor.execute("select lists, remaining from lists_waiting()")
        lists, rows = cursor.fetchone()
    return {"lists": lists, "rows": rows}
