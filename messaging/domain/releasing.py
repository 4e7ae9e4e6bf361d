"""Messages that were held because people had not given something yet, or for want of a way out: they wait again once it
is there.
"""

import datetime as dt

from django.db.models import Q

from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.states import move_rows
from messaging.models import Message, Reason, State
from patients.domain.staging import executed

_LOCK = "messaging.ways"


def release(lacked: str, *, now: dt.datetime, batch: str = "") -> int:
    """What was held for want of this (`messaging.models.reasons.LACKS`), in all or of one batch, is planned again;
    answers how many messages.

    Whatever has become too late meanwhile expires when it is claimed.
    """
    held = Message.objects.filter(state=State.HELD, reason=Reason.NO_TEXT, detail=lacked)
    if batch:
        held = held.filter(batch=batch)
    return move_rows(held, State.PLANNED, reason=Reason.RESUMED, before=[State.HELD], now=now)


def keep_ways() -> None:
    """Until this transaction ends, nobody else puts a way out into use, nor holds messages because there is none: who
    holds them looks once more behind this, so that none is held beside an account that came meanwhile.
    """
    executed("select pg_advisory_xact_lock(hashtext(%s), %s::int)", [_LOCK, required_hospital().pk])


def release_way(channel: str, *, now: dt.datetime) -> int:
    """What was held because nothing was set up for its channel is planned again; answers how many messages. What is too
    late by now stays.
    """
    held = Message.objects.filter(state=State.HELD, reason=Reason.NO_GATEWAY, channel=channel)
    in_time = held.filter(Q(not_after=None) | Q(not_after__gt=now))
    return move_rows(in_time, State.PLANNED, reason=Reason.RESUMED, before=[State.HELD], now=now)
