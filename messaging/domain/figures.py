"""Figures of the outbox."""

from django.db import connection


def messages_waiting() -> dict[str, float]:
    """How many messages of all hospitals are due and not sent yet, and how many have an unknown outcome. Names no
    hospital.
    """
    with connection.cursor() as cursor:
        cursor.execute("select due, unsettled from messages_waiting()")
        due, unsettled = cursor.fetchone()
    return {"due": due, "unknown": unsettled}
