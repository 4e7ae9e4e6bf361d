"""Which message somebody answered with "no more": the last one of a sending that had reached the person and was of the
kind that was taken back. The link is the same in all mails of one kind, so that no other can be told.
"""

import datetime as dt

from django.db.models import Count, Expression, QuerySet, Subquery
from django.db.models.functions import Coalesce

from messaging import purposes
from messaging.domain.own_links import has_way_out
from messaging.models import Channel, Message, State, Withdrawal
from patients.models import Consent

_REACHED = (State.HANDED_OVER, State.DELIVERED, State.UNKNOWN)
_BY_LINK = (Consent.Source.ONLINE, Consent.Source.ONE_CLICK)
# So many messages back it is looked for.
_BACK = 50


def note_link(consent: Consent, *, now: dt.datetime) -> None:
    """Somebody decided behind a link: a no to what the mail with this link was about belongs to that mail."""
    link = consent.link
    if link is None or consent.is_granted or consent.source not in _BY_LINK or link.extra != consent.purpose:
        return
    rows = Message.objects.filter(person_id=consent.patient_id, channel=Channel.EMAIL, state__in=_REACHED)
    for message in rows.order_by("-pk")[:_BACK]:
        if has_way_out(message) and purposes.get(message.purpose).consent(Channel.EMAIL) == link.extra:
            note(message, Withdrawal.Way.LINK, at=now)
            return


def note(message: Message | None, way: Withdrawal.Way, *, at: dt.datetime) -> None:
    """Its reader wants no more; said once for each message, and only of those of a sending."""
    if message is not None and message.batch and message.person_id is not None:
        row = Withdrawal(message=message, batch=message.batch, way=way, at=at)
        Withdrawal.objects.bulk_create([row], ignore_conflicts=True)


def counted(batch: Expression) -> Coalesce:
    """How many there are of each row's sending, as a column of another query."""
    rows = Withdrawal.objects.filter(batch=batch).order_by().values("batch")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def of_sending(batch: str) -> QuerySet[Withdrawal]:
    """Everybody who wanted no more by a message of this sending."""
    found: QuerySet[Withdrawal] = Withdrawal.objects.filter(batch=batch)
    return found
