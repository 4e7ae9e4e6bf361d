"""Figures of the outbox."""

from django.db import connection
from django.db.models import QuerySet

from accounts.actors import Actor
from messaging.models import Letter, Reply


def messages_waiting() -> dict[str, float]:
    """How many messages of all hospitals are due and not sent yet, and how many have an unknown outcome. Names no
    hospital.
    """
    with connection.cursor() as cursor:
        cursor.execute("select due, unsettled from messages_waiting()")
        due, unsettled = cursor.fetchone()
    return {"due": due, "unknown": unsettled}


def waiting_letters(actor: Actor) -> QuerySet[Letter]:
    """Letters that wait to be printed."""
    return Letter.objects.waiting()


def waiting_replies(actor: Actor) -> QuerySet[Reply]:
    """Replies that wait for a person."""
    return Reply.objects.filter(meaning=Reply.Meaning.UNCLEAR, settled_at=None)
