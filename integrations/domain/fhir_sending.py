"""What a system sends over the web: its feed is known by the credential, the message is kept, then it is applied.

A feed may send so many messages a minute; a message may have so many bytes. Nothing is kept of what is refused.
"""

import datetime as dt

from django.utils.translation import gettext as _

from hospital_crm.rates import this_minute
from integrations.domain.fhir import as_inbound
from integrations.domain.receiving import receive
from integrations.models import Feed
from integrations.readers.problems import sentence

MAX_BYTES = 20 << 20
PER_MINUTE = 1200


class Refused(Exception):
    """What came is not kept; `status` and the sentence say why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def take(feed: Feed, raw: bytes, *, now: dt.datetime) -> bool:
    """Keep one message and have it applied; answers whether it was new. It is safe once the caller commits.

    Refused: more than a message may have, more messages than a minute may have, and what is no resource of FHIR.
    """
    if len(raw) > MAX_BYTES:
        raise Refused(413, _("A message may have %(mb)s MB.") % {"mb": MAX_BYTES >> 20})
    if this_minute(f"fhir:{feed.pk}", now) > PER_MINUTE:
        raise Refused(429, _("More than %(count)s messages in a minute; send the rest later.") % {"count": PER_MINUTE})
    inbound = as_inbound(raw)
    if inbound.set_aside:
        raise Refused(422, sentence(inbound.set_aside, {}))
    return receive(feed, [inbound], now=now)[0]
