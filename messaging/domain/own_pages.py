"""Mails by which a person comes to a page without log-in: to confirm a consent, to see and change what is allowed.

The link is written when the mail is claimed, to the person's own address; neither values nor kept text hold it.
"""

import datetime as dt

from messaging.domain.outbox import enqueue
from messaging.domain.own_links import CONFIRMATION, OWN_PAGE
from messaging.models import Message
from messaging.recipients import ToPerson
from patients.models import AwaitedConsent, Patient

PURPOSE = "consents"


def ask_to_confirm(awaited: AwaitedConsent, *, now: dt.datetime) -> Message:
    """The mail with the link that makes a consent by e-mail count (double opt-in), once for each time it was said."""
    return enqueue(
        purpose=PURPOSE,
        recipient=ToPerson(awaited.patient_id),
        channel="email",
        template=CONFIRMATION,
        context={"what": awaited.purpose},
        key=f"consent:{awaited.pk}",
        urgency="interactive",
        not_after=awaited.expires_at,
        now=now,
    )


def send_own_page(person: Patient, *, now: dt.datetime) -> Message:
    """The mail with the link to the person's own page; asked for twice in a minute it goes once."""
    return enqueue(
        purpose=PURPOSE,
        recipient=ToPerson(person),
        channel="email",
        template=OWN_PAGE,
        key=f"own_page:{person.pk}:{now:%Y%m%d%H%M}",
        urgency="interactive",
        now=now,
    )
