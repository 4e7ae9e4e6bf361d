"""Somebody wants no more over a channel: by a reply, by a complaint, by a mail that says so. One door for all of them.

What rests on consent is refused for that channel, and whatever the message was about that they answered to; safety
stays. Who is no person of the hospital has the address stopped.
"""

import datetime as dt
from collections.abc import Iterable

from accounts.calendar import today
from messaging import purposes
from messaging.domain import suppressions, withdrawals
from messaging.models import Channel, Message, Suppression, Withdrawal
from patients.domain.consents import ConsentError, is_act_of_person, withdraw
from patients.domain.reach import contact_value
from patients.models import Consent, ContactPoint, Patient

_SYSTEMS = {"email": "email", "sms": "phone", "wechat": "wechat"}
_CONSENT_CHANNELS = {"email": Consent.Channel.EMAIL, "sms": Consent.Channel.SMS, "wechat": Consent.Channel.WECHAT}
_RESTS_ON_CONSENT = (Consent.Purpose.EDUCATION, Consent.Purpose.COMMUNITY, Consent.Purpose.POINTS)
_MARKETING = {"email": Consent.Purpose.MARKETING_MAIL}
RECENT = dt.timedelta(days=30)


def people_of(channel: str, address: str) -> list[Patient]:
    """Everybody whose record holds this address or number, usable or not; the dead and the erased are not asked."""
    system = _SYSTEMS.get(channel, "")
    value = contact_value(system, address) if system else ""
    if not value:
        return []
    points = ContactPoint.objects.filter(system=system, value=value).values("patient")
    gone = (Patient.ContactState.DECEASED, Patient.ContactState.ERASED)
    return list(Patient.objects.filter(pk__in=points).exclude(contact_state__in=gone).order_by("pk")[:50])


def last_message(channel: str, address: str, people: Iterable[Patient], *, now: dt.datetime) -> Message | None:
    """What was sent last to this address, to one of these people, in the last thirty days."""
    rows = Message.objects.filter(person__in=[one.pk for one in people], channel=channel)
    rows = rows.filter(state_at__gt=now - RECENT, state__in=("handed_over", "delivered", "unknown"))
    return rows.filter(address__iexact=address.strip()).order_by("-pk").first() or rows.order_by("-pk").first()


def stop(
    *,
    channel: str,
    address: str,
    now: dt.datetime,
    reason: Suppression.Reason,
    source: str,
    message: Message | None = None,
    at: dt.datetime | None = None,
) -> int:
    """Refuses for everybody at this address what rests on consent, and what `message` was about; answers for how many
    people. A complaint, and an address of nobody, stop the address besides.
    """
    people = {one.pk: one for one in people_of(channel, address)}
    if message is not None and message.person is not None:
        people.setdefault(message.person.pk, message.person)
    for person in people.values():
        _refuse(person, channel, message, now=now, at=at)
    if reason == Suppression.Reason.REPLY:
        withdrawals.note(message, Withdrawal.Way.REPLY, at=at or now)
    if not people or reason == Suppression.Reason.COMPLAINT:
        suppressions.suppress(
            channel=channel, address=address, reason=reason, source=source[:60], now=now, message=message
        )
    return len(people)


def allow_again(consent: Consent, *, now: dt.datetime) -> int:
    """The person has said yes to a channel, by an act that shows that it was the person: what the person had stopped on
    it before, as a complaint or by a reply, ends; not what somebody else of the same address had stopped. Answers how
    many stops. What a colleague says ends none.
    """
    if not consent.is_granted or not is_act_of_person(consent):
        return 0
    person, ended = consent.patient, 0
    for channel, way in _CONSENT_CHANNELS.items():
        if consent.channel in (way, Consent.Channel.ANY):
            points = ContactPoint.objects.own(on=today(now=now)).filter(patient=person, system=_SYSTEMS[channel])
            values = list(points.values_list("value", flat=True))
            shared = [one for one in values if any(other != person for other in people_of(channel, one))]
            ended += suppressions.lift_by_consent(
                channel=channel,
                addresses=[one for one in values if one not in shared],
                shared=shared,
                person=person,
                until=consent.at,
                now=now,
            )
    return ended


def _refuse(
    person: Patient, channel: str, message: Message | None, *, now: dt.datetime, at: dt.datetime | None
) -> None:
    way = _CONSENT_CHANNELS[channel]
    asked = {_MARKETING.get(channel, Consent.Purpose.MARKETING_SMS), *_RESTS_ON_CONSENT}
    if message is not None and purposes.is_known(message.purpose):
        own = purposes.get(message.purpose).consent(Channel(channel))
        asked |= {own} if own else set()
    for purpose in sorted(asked):
        try:
            withdraw(
                person=person,
                purpose=purpose,
                channel=way,
                source=Consent.Source.REPLY,
                at=min(at, now) if at else None,
                now=now,
            )
        except ConsentError:  # nobody decides for the dead
            return
