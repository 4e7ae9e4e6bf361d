"""A person says yes: at the desk, in a call, by the own link. By e-mail it counts once the person has confirmed it by
the link sent to the address (double opt-in), so that nobody signs up somebody else's address.

A spoken yes over a no of the person's own waits until a second member of staff, who heard it too, says so.
A yes for every channel speaks at once for all of them but e-mail, unless e-mail was confirmed before.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from accounts.models import PublicLink, StaffMember
from patients.domain.consents import UNTIL_REFUSED, ConsentError, OwnNoStands, check_consent, is_granted, record_consent
from patients.models import AwaitedConsent, Consent, ContactPoint, Patient
from patients.signals import consent_awaits

WAITS = dt.timedelta(days=14)
WAITS_FOR_SECOND = dt.timedelta(days=1)
CONFIRM = "consent"
Channel, Purpose = Consent.Channel, Consent.Purpose
_EVERY = (Channel.PHONE, Channel.SMS, Channel.WECHAT, Channel.EMAIL, Channel.LETTER)
_PROOF = ("wording_version", "language", "source", "said_by", "evidence", "note")
# By which ways a purpose reaches people, where not by every one; a yes that names none means the first.
_WAYS: dict[str, tuple[str, ...]] = {
    Purpose.MARKETING_MAIL: (Channel.EMAIL, Channel.LETTER),
    Purpose.MARKETING_SMS: (Channel.SMS, Channel.WECHAT),
    Purpose.CALLS: (Channel.PHONE,),
    Purpose.RECORDING: (Channel.PHONE,),
    Purpose.PROFILING: (Channel.ANY,),
}


@dataclass(frozen=True)
class Yes:
    """What somebody says yes to, and how it is proven. `said`: what `record_consent` takes beside."""

    purpose: str
    channel: str
    source: str
    wording_version: str
    language: str
    said_by: str = Consent.SaidBy.SELF
    evidence: uuid.UUID | None = None
    guardian_name: str = ""
    guardian_relation: str = ""
    note: str = ""
    witness: StaffMember | None = None
    link: PublicLink | None = None
    at: dt.datetime | None = None


@dataclass
class Granted:
    """What counts at once, and what waits for the person."""

    consents: list[Consent] = field(default_factory=list)
    awaited: AwaitedConsent | None = None


def channels_of(purpose: str) -> tuple[str, ...]:
    """The ways by which a purpose reaches people; `any` where it reaches nobody."""
    return _WAYS.get(purpose, _EVERY)


def needs_confirmation(purpose: str, channel: str) -> bool:
    """Whether a yes waits for the person's confirmation by mail."""
    return channel == Channel.EMAIL and purpose not in UNTIL_REFUSED


def spoken_for(purpose: str, channel: str, *, with_mail: bool) -> tuple[str, ...]:
    """The channels for which a yes is written: the one it names; of a yes that names none the first way of a purpose
    that has its own, else any, or each but e-mail where that was never confirmed.
    """
    if channel != Channel.ANY:
        return (channel,)
    if purpose in _WAYS:
        return (_WAYS[purpose][0],)
    if with_mail or purpose in UNTIL_REFUSED:
        return (channel,)
    return tuple(one for one in _EVERY if one != Channel.EMAIL)


@transaction.atomic
def grant(*, person: Patient, yes: Yes, now: dt.datetime, actor: Actor | None = None) -> Granted:
    """Records a yes; what goes by e-mail waits to be confirmed, and counts from then. What our staff alone heard over
    an own no waits for a second who heard it.

    Refused as `record_consent` refuses, and a yes for e-mail of somebody whose address is not on record.
    """
    try:
        return _granted(person, yes, actor, now)
    except OwnNoStands:
        if not _may_be_heard(yes, actor):
            raise
        row = _row(person, yes, yes.channel, AwaitedConsent.WaitsFor.SECOND, actor, now)
        return Granted(awaited=_keep_waiting(row, actor, now))


@transaction.atomic
def heard_too(awaited: AwaitedConsent, *, actor: Actor, now: dt.datetime) -> Granted:
    """A second member of staff says that the person said yes; what goes by e-mail then waits for the person.

    Refused for whoever took the yes down, and for what waits no more.
    """
    awaited = _held(awaited)
    if not awaited.is_waiting or awaited.expires_at <= now or awaited.waits_for != AwaitedConsent.WaitsFor.SECOND:
        raise ConsentError(_("There is nothing to confirm any more."))
    if awaited.taken_by_id == actor.staff.pk:
        raise ConsentError(_("Somebody else who heard it confirms it."))
    _end(awaited, AwaitedConsent.End.CONFIRMED, now)
    names = ("purpose", "channel", "guardian_name", "guardian_relation", *_PROOF)
    yes = Yes(witness=awaited.taken_by, **{name: getattr(awaited, name) for name in names})
    return _granted(awaited.patient, yes, actor, now)


@transaction.atomic
def _granted(person: Patient, yes: Yes, actor: Actor | None, now: dt.datetime) -> Granted:
    done, confirmed = Granted(), is_granted(person, yes.purpose, Channel.EMAIL)
    for channel in spoken_for(yes.purpose, yes.channel, with_mail=confirmed):
        if needs_confirmation(yes.purpose, channel) and not confirmed:
            done.awaited = _wait_for_mail(person, yes, channel, actor, now)
        else:
            done.consents.append(_record(person, yes, channel, actor, now))
    several = len(done.consents) > 1
    if several and mail_address(person, on=today(now=now)):
        done.awaited = _wait_for_mail(person, yes, Channel.EMAIL, actor, now)
    return done


def mail_address(person: Patient, *, on: dt.date) -> str:
    """The own e-mail address by which a person confirms on that day; '' where none is on record."""
    rows = ContactPoint.objects.own(on=on).usable().filter(patient=person, system=ContactPoint.System.EMAIL)
    return rows.order_by("rank", "id").values_list("value", flat=True).first() or ""


@transaction.atomic
def confirm(awaited: AwaitedConsent, *, link: PublicLink, now: dt.datetime) -> Consent | None:
    """The person confirms by the link: the consent counts from now. Done twice it counts once (None).

    Refused where the person has said no since, and where the time is over.
    """
    awaited = _held(awaited)
    if awaited.ended_as == AwaitedConsent.End.CONFIRMED:
        return None
    if not awaited.is_waiting or awaited.expires_at <= now or awaited.waits_for != AwaitedConsent.WaitsFor.LINK:
        raise ConsentError(_("There is nothing to confirm any more."))
    copied = ("purpose", "channel", "wording_version", "language", "said_by", "evidence", "note")
    said: dict[str, Any] = {name: getattr(awaited, name) for name in copied}
    said |= {"guardian_name": awaited.guardian_name, "guardian_relation": awaited.guardian_relation}
    row = record_consent(
        person=awaited.patient,
        decision=Consent.Decision.GRANTED,
        source=Consent.Source.ONLINE,
        link=link,
        now=now,
        **said,
    )
    _end(awaited, AwaitedConsent.End.CONFIRMED, now)
    return row


@transaction.atomic
def give_up(awaited: AwaitedConsent, *, actor: Actor, now: dt.datetime) -> None:
    """What waits was taken down by mistake: it waits no more, and nothing is refused by that. The link that was sent
    opens nothing. Refused for what waits no more.
    """
    awaited = _held(awaited)
    if not awaited.is_waiting:
        raise ConsentError(_("There is nothing to confirm any more."))
    _end(awaited, AwaitedConsent.End.DROPPED, now)
    before = {"purpose": awaited.purpose, "channel": awaited.channel}
    record("patients.consent.give_up", awaited.patient, actor=actor, before=before)


def waiting_of(person: Patient, now: dt.datetime) -> list[AwaitedConsent]:
    """What is said and does not count yet, the last first."""
    rows = person.awaited_consents.filter(ended_at__isnull=True, expires_at__gt=now).select_related("taken_by")
    return list(rows.order_by("-asked_at", "-pk"))


def _held(awaited: AwaitedConsent) -> AwaitedConsent:
    """The row as it is by now. The person is held first, as whoever says no does."""
    Patient.objects.select_for_update().only("pk").get(pk=awaited.patient_id)
    rows = AwaitedConsent.objects.select_for_update(of=("self",)).select_related("patient", "taken_by")
    return rows.get(pk=awaited.pk)


def _record(person: Patient, yes: Yes, channel: str, actor: Actor | None, now: dt.datetime) -> Consent:
    said: dict[str, Any] = {**vars(yes), "channel": channel}
    return record_consent(person=person, decision=Consent.Decision.GRANTED, now=now, actor=actor, **said)


def _wait_for_mail(person: Patient, yes: Yes, channel: str, actor: Actor | None, now: dt.datetime) -> AwaitedConsent:
    """Waits for the confirmation, and has the link sent. Asked anew, it is sent anew and waits longer."""
    if not mail_address(person, on=today(now=now)):
        raise ConsentError(_("There is no e-mail address on record by which the person could confirm."))
    row = _row(person, yes, channel, AwaitedConsent.WaitsFor.LINK, actor, now)
    check_consent(_as_consent(row, yes, now), now=now)
    _keep_waiting(row, actor, now)
    consent_awaits.send(sender=AwaitedConsent, awaited=row, now=now)
    return row


def _row(
    person: Patient, yes: Yes, channel: str, waits_for: str, actor: Actor | None, now: dt.datetime
) -> AwaitedConsent:
    is_second = waits_for == AwaitedConsent.WaitsFor.SECOND
    return AwaitedConsent(
        patient=person,
        waits_for=waits_for,
        purpose=yes.purpose,
        channel=channel,
        guardian_name=yes.guardian_name.strip(),
        guardian_relation=yes.guardian_relation.strip(),
        taken_by=actor.staff if actor else None,
        asked_at=now,
        expires_at=now + (WAITS_FOR_SECOND if is_second else WAITS),
        **{name: getattr(yes, name) for name in _PROOF},
    )


def _as_consent(row: AwaitedConsent, yes: Yes, now: dt.datetime) -> Consent:
    """The entry that a yes would be if it counted at once, for what could not be recorded is not waited for either."""
    names = ("patient", "purpose", "channel", "guardian_name", "guardian_relation", "taken_by", *_PROOF)
    said: dict[str, Any] = {name: getattr(row, name) for name in names}
    return Consent(decision=Consent.Decision.GRANTED, at=now, witness=yes.witness, link=yes.link, **said)


def _keep_waiting(row: AwaitedConsent, actor: Actor | None, now: dt.datetime) -> AwaitedConsent:
    """Keeps a yes that waits; a former one of the same kind gives way."""
    former = AwaitedConsent.objects.select_for_update().filter(patient=row.patient, ended_at__isnull=True)
    for one in former.filter(purpose=row.purpose, channel=row.channel):
        _end(one, AwaitedConsent.End.EXPIRED, now)
    row.save()
    after = {"purpose": row.purpose, "channel": row.channel, "wording_version": row.wording_version}
    record("patients.consent.await", row.patient, actor=actor, after=after)
    return row


def _end(row: AwaitedConsent, how: str, now: dt.datetime) -> None:
    row.ended_at, row.ended_as = now, how
    row.save(update_fields=["ended_at", "ended_as"])


def _may_be_heard(yes: Yes, actor: Actor | None) -> bool:
    """Whether a second member of staff could have heard it."""
    return actor is not None and yes.witness is None and yes.source in (Consent.Source.COUNTER, Consent.Source.PHONE)
