"""Opened and clicked: written down as it happens, with what speaks for a program, and counted for a sending.

Nothing else follows from an opened mail or a clicked link: no consent, no state, no answer changes. Programs that look
at mails before people do, or for them, open everything; what may have been one is counted apart. It shows by the name
that the program gives itself, by the time since the hand-over, and by several links at the same moment.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Q

from accounts.domain.public_links import is_program
from messaging.domain.reading_links import Named
from messaging.domain.sending_rules import rules_here
from messaging.models import LinkedPage, Message, MessageChange, Reading, State
from patients.domain import profiling

# A scanner looks at a mail while it is taken over; few people read one that soon.
SCANNERS_TAKE = dt.timedelta(seconds=60)
# So many links within so short a time are not clicked by hand.
LINKS_AT_ONCE, ONE_MOMENT = 3, dt.timedelta(seconds=10)
MOST_KEPT = 50
_WENT = (State.HANDED_OVER, State.DELIVERED, State.UNKNOWN)
_KIND, _DOUBT = Reading.Kind, Reading.Suspicion


class Engagement(NamedTuple):
    """How many messages of a sending were opened and clicked, and how many perhaps by a program alone."""

    opened: int
    clicked: int
    perhaps_opened: int
    perhaps_clicked: int


def page_of(named: Named) -> LinkedPage | None:
    """The page that an address leads to; None where there is none."""
    found: LinkedPage | None = LinkedPage.objects.filter(digest=named.digest).first() if named.digest else None
    return found


def note(named: Named, page: LinkedPage | None, *, agent: str, now: dt.datetime) -> Reading | None:
    """Writes down that a mail was opened (it names no page) or the link to this page (`page_of`) clicked. None, and
    nothing is written: where the message never went, the hospital does not want it (any more), or the person refuses
    profiling.
    """
    message = Message.objects.filter(public_id=named.message, person__isnull=False, state__in=_WENT).first()
    if message is None or (named.digest and page is None) or not _may_be_noted(message):
        return None
    since = _handed_over_at(message)
    row: Reading = Reading.objects.create(
        message=message,
        person_id=message.person_id,
        kind=_KIND.CLICKED if page else _KIND.OPENED,
        page=page,
        at=now,
        seconds=max(0, int((now - since).total_seconds())),
        suspicion=_doubt(agent, now - since),
    )
    if page:
        _doubt_many_links(message, now)
    return row


def engagement_of(batch: str) -> Engagement:
    """What became of the mails of a sending, as far as it is written down. Who clicked has opened."""
    rows = Reading.objects.filter(message__batch=batch).exclude(message__batch="").order_by()
    certain, clicked = Q(suspicion=""), Q(kind=_KIND.CLICKED)
    found = rows.aggregate(
        opened=Count("message", distinct=True, filter=certain),
        clicked=Count("message", distinct=True, filter=certain & clicked),
        any_opened=Count("message", distinct=True),
        any_clicked=Count("message", distinct=True, filter=clicked),
    )
    return Engagement(
        found["opened"],
        found["clicked"],
        found["any_opened"] - found["opened"],
        found["any_clicked"] - found["clicked"],
    )


def of_message(message: Message) -> Iterable[Reading]:
    """What was done with one mail, first to last."""
    return Reading.objects.filter(message=message).select_related("page").order_by("at", "pk")


def _may_be_noted(message: Message) -> bool:
    if not rules_here().records_reading or profiling.refusing([int(message.person_id or 0)]):
        return False
    return Reading.objects.filter(message=message).count() < MOST_KEPT


def _handed_over_at(message: Message) -> dt.datetime:
    went = MessageChange.objects.filter(message=message, state__in=_WENT).order_by("pk").values_list("at", flat=True)
    return went.first() or message.state_at


def _doubt(agent: str, since: dt.timedelta) -> Reading.Suspicion:
    if is_program(agent):
        return _DOUBT.AGENT
    return _DOUBT.AT_ONCE if since < SCANNERS_TAKE else _DOUBT.NONE


def _doubt_many_links(message: Message, now: dt.datetime) -> None:
    """Several links of one mail at the same moment: none of these clicks was a person's for certain."""
    rows = Reading.objects.filter(message=message, kind=_KIND.CLICKED, at__gt=now - ONE_MOMENT, at__lte=now)
    if rows.values("page").distinct().count() >= LINKS_AT_ONCE:
        rows.filter(suspicion=_DOUBT.NONE).update(suspicion=_DOUBT.EVERYTHING)
