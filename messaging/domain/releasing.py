"""Messages that were held because people had not given something yet: they wait again once it is there."""

import datetime as dt

from messaging.domain.states import move_rows
from messaging.models import Message, Reason, State


def release(lacked: str, *, now: dt.datetime) -> int:
    """What was held for want of this (`messaging.models.reasons.LACKS`) is planned again; answers how many messages.

    Whatever has become too late meanwhile expires when it is claimed.
    """
    held = Message.objects.filter(state=State.HELD, reason=Reason.NO_TEXT, detail=lacked)
    return move_rows(held, State.PLANNED, reason=Reason.RESUMED, before=[State.HELD], now=now)
