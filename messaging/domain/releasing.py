"""Messages that were held because people had not given something yet: they wait again once it is there."""

import datetime as dt

from messaging.domain.states import move_rows
from messaging.models import Message, Reason, State


def release(lacked: str, *, now: dt.datetime, batch: str = "") -> int:
    """What was held for want of this (`messaging.models.reasons.LACKS`), in all or of one batch, is planned again;
    answers how many messages.

    Whatever has become too late meanwhile expires when it is claimed.
    """
    held = Message.objects.filter(state=State.HELD, reason=Reason.NO_TEXT, detail=lacked)
    if batch:
        held = held.filter(batch=batch)
    return move_rows(held, State.PLANNED, reason=Reason.RESUMED, before=[State.HELD], now=now)
