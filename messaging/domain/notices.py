"""The bell of one person: what rings there, how much is unread, and reading it."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet

from accounts.actors import Actor
from messaging.models import Message

PAGE = 50


def unread(actor: Actor) -> QuerySet[Message]:
    """The notices that wait for somebody."""
    return Message.objects.on_bell_of(actor).unread()


def page_of_notices(
    actor: Actor, *, before: int | None = None, unread_only: bool = False
) -> tuple[Sequence[Message], int | None]:
    """Somebody's notices, newest first, a page at a time, and where the next page begins (None: there is none)."""
    rows = Message.objects.on_bell_of(actor).order_by("-pk")
    if unread_only:
        rows = rows.unread()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def mark_read(notice: Message, *, now: dt.datetime) -> None:
    """Somebody opened the notice. The first time counts."""
    Message.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)


def mark_all_read(actor: Actor, *, now: dt.datetime) -> int:
    """Somebody has seen enough: nothing is unread any more. Answers how many were."""
    return Message.objects.on_bell_of(actor).unread().update(read_at=now)
