"""Decisions that a list brings in, of people on record: each with its source, none over an own no, none twice."""

import datetime as dt
import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from patients.domain.consents import ConsentError, OwnNoStands, is_granted, needs_guardian, record_consent
from patients.domain.granting import needs_confirmation, spoken_for
from patients.domain.staging import fetched
from patients.models import Consent, Patient
from patients.signals import consents_taken_back


@dataclass(frozen=True)
class Listed:
    """One decision as the list says it; `decided_on` None: it does not say."""

    purpose: str
    channel: str
    decision: str
    decided_on: dt.date | None
    is_confirmed: bool
    source: str
    wording: str


def bring(person_id: int, listed: Listed, *, zone: zoneinfo.ZoneInfo, now: dt.datetime) -> tuple[str, list[int]]:
    """Records it; answers '' with the entries (none where the same is on record), or why it is left out. A yes for any
    channel speaks for e-mail only where that was confirmed.
    """
    person = Patient.objects.select_for_update().get(pk=person_id)
    decision = listed.decision
    if decision == Consent.Decision.WITHDRAWN and not is_granted(person, listed.purpose, listed.channel):
        decision = Consent.Decision.REFUSED
    at, is_yes = _moment(listed, decision, zone, now), decision == Consent.Decision.GRANTED
    channels: tuple[str, ...] = (listed.channel,)
    if is_yes:
        channels = spoken_for(listed.purpose, listed.channel, with_mail=listed.is_confirmed)
        if code := _why_no_yes(person, listed, channels, now, zone):
            return code, []
    made = []
    try:
        with transaction.atomic():
            for channel in channels:
                if not _is_known(person, listed, channel, decision, at):
                    made.append(_record(person, listed, channel, decision, at, now).pk)
    except OwnNoStands:
        return "consent_own_no", []
    except ConsentError:
        return "consent_not_taken", []
    return "", made


def take_back(entries: Collection[int], *, now: dt.datetime) -> int:
    """The entries of a list are gone, as if they had never come; answers how many. What was decided since stands."""
    rows = Consent.objects.filter(pk__in=list(entries), source=Consent.Source.LIST).select_related("patient")
    consents = list(rows.order_by("pk"))
    ((gone,),) = fetched("select patients_take_back_listed_consents(%s)", [list(entries)])
    if consents:
        consents_taken_back.send(sender=Consent, consents=consents, now=now)
    return gone


def _record(person: Patient, listed: Listed, channel: str, decision: str, at: dt.datetime, now: dt.datetime) -> Consent:
    return record_consent(
        person=person,
        purpose=listed.purpose,
        channel=channel,
        decision=decision,
        at=at,
        is_dated=listed.decided_on is not None,
        wording_version=listed.wording,
        source=Consent.Source.LIST,
        note=listed.source,
        now=now,
    )


def _is_known(person: Patient, listed: Listed, channel: str, decision: str, at: dt.datetime) -> bool:
    """Whether the same was said for the same day, or at all where the list names none; a no is a no."""
    is_yes = decision == Consent.Decision.GRANTED
    alike = [decision] if is_yes else [Consent.Decision.REFUSED, Consent.Decision.WITHDRAWN]
    same = Consent.objects.filter(patient=person, purpose=listed.purpose, channel=channel, decision__in=alike)
    return (same.filter(at=at) if listed.decided_on else same).exists()


def _why_no_yes(
    person: Patient, listed: Listed, channels: tuple[str, ...], now: dt.datetime, zone: zoneinfo.ZoneInfo
) -> str:
    if not listed.wording:
        return "consent_without_wording"
    if not listed.is_confirmed and any(needs_confirmation(listed.purpose, channel) for channel in channels):
        return "consent_not_confirmed"
    if needs_guardian(person, day=now.astimezone(zone).date()):
        return "consent_of_a_child"
    return ""


def _moment(listed: Listed, decision: str, zone: zoneinfo.ZoneInfo, now: dt.datetime) -> dt.datetime:
    """The beginning of the day for a yes, its end for a no, as far as it has gone; without a day the moment it came."""
    if listed.decided_on is None:
        return now
    if decision == Consent.Decision.GRANTED:
        return dt.datetime.combine(listed.decided_on, dt.time(), zone)
    return min(dt.datetime.combine(listed.decided_on, dt.time.max, zone), now)
