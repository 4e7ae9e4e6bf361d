"""Two records that become one person are written to once by each campaign, and once for each occasion.

Where one of them has been written to, what waits for the other is given up; where neither has, the kept record keeps
its message. Where the kept one is held out to compare with, what waits for the second goes too. What has been given up
stays so when the union is taken apart: a mail too few harms nobody.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet

from campaigns.domain.occasions import CATCHES_UP
from campaigns.models import CampaignRecipient, Greeting
from messaging.domain import batches
from messaging.models import Message, State
from patients.models import Patient

_GONE = (State.CLAIMED, State.HANDED_OVER, State.DELIVERED, State.UNKNOWN)
_Row = CampaignRecipient | Greeting


def write_once(*, kept: Patient, merged: Patient, now: dt.datetime) -> None:
    """Gives up what one of the two would get a second time; both still have their own rows."""
    for ours, theirs in [*_in_one_audience(kept, merged), *_greeted_for_one(kept, merged)]:
        if _has_gone(theirs) and not _has_gone(ours):
            _spare(ours, now)
        elif _is_held_out(ours) or _has_gone(ours) or _waits(ours):
            _spare(theirs, now)


def _in_one_audience(kept: Patient, merged: Patient) -> Iterator[tuple[_Row, _Row]]:
    rows = CampaignRecipient.objects.select_related("campaign")
    of_kept = {row.campaign_id: row for row in rows.filter(patient=kept)}
    for theirs in rows.filter(patient=merged, campaign__in=of_kept):
        yield of_kept[theirs.campaign_id], theirs


def _greeted_for_one(kept: Patient, merged: Patient) -> Iterator[tuple[_Row, _Row]]:
    """Greetings for the same on the same day, and of one campaign within the days that it catches up."""
    rows = Greeting.objects.select_related("campaign").order_by("on", "pk")
    of_kept = list(rows.filter(patient=kept))
    for theirs in rows.filter(patient=merged):
        for ours in of_kept:
            is_same = (ours.occasion, ours.on) == (theirs.occasion, theirs.on)
            apart = abs((ours.on - theirs.on).days)
            if is_same or (ours.campaign_id == theirs.campaign_id and apart < CATCHES_UP):
                yield ours, theirs


def _is_held_out(row: _Row) -> bool:
    return row.is_held_out if isinstance(row, Greeting) else row.outcome == CampaignRecipient.HOLDOUT


def _messages(row: _Row) -> QuerySet[Message]:
    """The messages of a row, also those that came with a record united with this one before."""
    return batches.of_person(row.campaign.batch, row.patient_id, key_ends=_ending(row))


def _ending(row: _Row) -> str:
    return f":{row.on:%Y%m%d}" if isinstance(row, Greeting) else ""


def _has_gone(row: _Row) -> bool:
    return _messages(row).filter(state__in=_GONE).exists()


def _waits(row: _Row) -> bool:
    return _is_next(row) or batches.waiting_among(_messages(row)).exists()


def _is_next(row: _Row) -> bool:
    """Whether its message is still to be queued."""
    return type(row).objects.to_send().filter(pk=row.pk).exists()


def _spare(row: _Row, now: dt.datetime) -> None:
    """What waits for this row is given up, and it is not queued either."""
    batches.spare(row.campaign.batch, row.patient_id, now=now, key_ends=_ending(row))
    if _is_next(row):
        type(row).objects.filter(pk=row.pk).update(queued_at=now)
