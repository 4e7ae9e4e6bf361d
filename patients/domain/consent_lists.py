"""Decisions that a list brings in, of people on record: each with its source, none over an own no, none twice."""

import datetime as dt
import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass

from patients.domain.consents import ConsentError, OwnNoStands, is_granted, needs_guardian, record_consent
from patients.domain.granting import needs_confirmation
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


def bring(person_id: int, listed: Listed, *, zone: zoneinfo.ZoneInfo, now: dt.datetime) -> tuple[str, int | None]:
    """Records it; answers '' with the entry (None where the same is on record), or why it is left out."""
    person = Patient.objects.select_for_update().get(pk=person_id)
    decision = listed.decision
    if decision == Consent.Decision.WITHDRAWN and not is_granted(person, listed.purpose, listed.channel):
        decision = Consent.Decision.REFUSED
    at = _moment(listed, decision, zone, now)
    same = Consent.objects.filter(
        patient=person, purpose=listed.purpose, channel=listed.channel, decision__in=_alike(decision)
    )
    if (same.filter(at=at) if listed.decided_on else same).exists():
        return "", None
    is_yes = decision == Consent.Decision.GRANTED
    if is_yes and (code := _why_no_yes(person, listed, now, zone)):
        return code, None
    try:
        row = record_consent(
            person=person, purpose=listed.purpose, channel=listed.channel, decision=decision, at=at,
            is_dated=listed.decided_on is not None, wording_version=listed.wording, source=Consent.Source.LIST,
            note=listed.source, now=now,
        )  # fmt: skip
    except OwnNoStands:
        return "consent_own_no", None
    except ConsentError:
        return "consent_not_taken", None
    return "", row.pk


def take_back(entries: Collection[int], *, now: dt.datetime) -> int:
    """The entries of a list are gone, as if they had never come; answers how many. What was decided since stands."""
    rows = Consent.objects.filter(pk__in=list(entries), source=Consent.Source.LIST)
    people = sorted(set(rows.filter(purpose=Consent.Purpose.PROFILING).values_list("patient_id", flat=True)))
    ((gone,),) = fetched("select patients_take_back_listed_consents(%s)", [list(entries)])
    if people:
        consents_taken_back.send(sender=Consent, patient_ids=people, now=now)
    return gone


def _alike(decision: str) -> list[str]:
    """Decisions that say the same here: a no is a no."""
    if decision == Consent.Decision.GRANTED:
        return [decision]
    return [Consent.Decision.REFUSED, Consent.Decision.WITHDRAWN]


def _why_no_yes(person: Patient, listed: Listed, now: dt.datetime, zone: zoneinfo.ZoneInfo) -> str:
    if not listed.wording:
        return "consent_without_wording"
    if needs_confirmation(listed.purpose, listed.channel) and not listed.is_confirmed:
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
