"""What a person allows: decisions are recorded with their proof, the last one holds, and of two records that become
one the most restrictive holds.

Care follow-up and satisfaction rest on the care relation and are allowed until refused. Everything else needs a
consent that was granted and has not been taken back (PRODUCT §4.1).
"""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from patients.domain.staging import fetched
from patients.models import Consent, Patient, PersonMerger

ADULT_FOR_CONSENT = 14
ON_CARE_RELATION = (Consent.Purpose.CARE, Consent.Purpose.SATISFACTION)
_STRICTNESS = (Consent.Decision.GRANTED, Consent.Decision.WITHDRAWN, Consent.Decision.REFUSED)

Key = tuple[str, str]


class ConsentError(Exception):
    """Refused, with a sentence for the person who asked."""


@transaction.atomic
def record_consent(
    *,
    person: Patient,
    purpose: str,
    channel: str = Consent.Channel.ANY,
    decision: str,
    source: str,
    now: dt.datetime,
    actor: Actor | None = None,
    at: dt.datetime | None = None,
    is_dated: bool = True,
    wording_version: str = "",
    language: str = "zh-hans",
    evidence: uuid.UUID | None = None,
    guardian_name: str = "",
    guardian_relation: str = "",
    note: str = "",
) -> Consent:
    """A person decided about one purpose on one channel (`any`: all of them); `at` where it was before `now`.

    A no gives way only to a grant of a known day: before one whose day nobody knows (`is_dated`) it takes its place,
    and then has no day of its own either; the one that was said stays in the audit.
    Refused for a moment in the future, for dead and erased people, for a grant without the version of the wording it
    was given to, for a grant of somebody under 14 without a guardian, and for taking back what was never granted.
    """
    person = Patient.objects.select_for_update().get(pk=person.pk)
    moment = at or now
    _check(person, decision, moment, now, wording_version, guardian_name)
    if decision == Consent.Decision.WITHDRAWN and not is_granted(person, purpose, channel):
        raise ConsentError(_("There is no consent that could be taken back."))
    counts_from = moment
    if decision != Consent.Decision.GRANTED:
        counts_from = _not_before_undated(person, purpose, channel, moment)
    row = Consent.objects.create(
        patient=person,
        purpose=purpose,
        channel=channel,
        decision=decision,
        wording_version=wording_version,
        language=language,
        at=counts_from,
        is_dated=is_dated and counts_from == moment,
        taken_by=actor.staff if actor else None,
        source=source,
        evidence=evidence,
        guardian_name=guardian_name.strip(),
        guardian_relation=guardian_relation.strip(),
        note=note.strip(),
    )
    after = {"purpose": purpose, "channel": channel, "decision": decision}
    said: dict[str, Any] = {"said_at": moment.isoformat()} if is_dated and not row.is_dated else {}
    record("patients.consent.record", person, actor=actor, after=after, consent=row.pk, **said)
    return row


def current_consent(person: Patient, purpose: str, channel: str) -> Consent | None:
    """The decision that holds for one purpose and channel: the last one about it or about any channel; None: never
    asked.
    """
    rows = Consent.objects.filter(patient=person, purpose=purpose, channel__in={channel, Consent.Channel.ANY})
    return rows.order_by("-at", "-id").first()


def current_consents(person: Patient) -> list[Consent]:
    """The decisions that hold, one for each purpose and channel that was ever decided, in the order of the purposes.

    A decision for one channel that a later one for any channel has overtaken is left out.
    """
    latest = _latest(person)
    standing = [
        row
        for row in latest.values()
        if (general := latest.get((row.purpose, Consent.Channel.ANY))) is None or _order(row) >= _order(general)
    ]
    places = {key: place for place, key in enumerate([*Consent.Purpose.values, *Consent.Channel.values])}
    return sorted(standing, key=lambda row: (places[row.purpose], places[row.channel]))


def history_of(person: Patient) -> QuerySet[Consent]:
    """Every decision, the last one first, with who took it."""
    return Consent.objects.filter(patient=person).select_related("taken_by").order_by("-at", "-id")


def needs_guardian(person: Patient, *, day: dt.date) -> bool:
    """Whether the person is known to be under 14, so that the guardian decides."""
    age = person.age_on(day)
    return age is not None and age < ADULT_FOR_CONSENT


def is_allowed(person: Patient, purpose: str, channel: str) -> bool:
    """Whether the person may be approached for this purpose by this channel, as far as consents say."""
    decision = current_consent(person, purpose, channel)
    return purpose in ON_CARE_RELATION if decision is None else decision.is_granted


def is_granted(person: Patient, purpose: str, channel: str) -> bool:
    """Whether something stands that can be taken back; for any channel, a grant for one of them is enough."""
    if channel == Consent.Channel.ANY:
        return any(row.is_granted and row.purpose == purpose for row in _latest(person).values())
    found = current_consent(person, purpose, channel)
    return found is not None and found.is_granted


def unite_consents(kept: Patient, merged_id: int, merger: PersonMerger, *, now: dt.datetime) -> None:
    """Two records are one person: both histories become one, and where both had decided the stricter decision holds.

    The database moves the entries, by the union that is on record, and nothing else of them.
    """
    ours, theirs = _latest(kept), _latest_of(merged_id)
    fetched("select patients_consents_follow_union(%s)", [merger.pk])
    for key in sorted(ours.keys() | theirs.keys()):
        both = [found for found in (_holding(ours, key), _holding(theirs, key)) if found]
        strictest = max(both, key=lambda row: _STRICTNESS.index(row.decision))
        if len({row.decision for row in both}) > 1:
            _write(kept, key, strictest.decision, Consent.Source.MERGE, now)


def part_consents(kept: Patient, other: Patient, merger: PersonMerger, *, now: dt.datetime) -> None:
    """The union is taken apart: entries that were there before go back to their record, and what held for the kept
    record before it holds again unless it has decided since.
    """
    merged_at = merger.at
    written = Consent.objects.filter(patient=kept, source=Consent.Source.MERGE, at=merged_at)
    keys = set(written.values_list("purpose", "channel"))
    fetched("select patients_consents_follow_union(%s)", [merger.pk])
    latest = _latest(kept)
    for key in sorted(keys):
        if latest[key].source != Consent.Source.MERGE or latest[key].at != merged_at:
            continue
        before = Consent.objects.filter(patient=kept, purpose=key[0], channel__in={key[1], Consent.Channel.ANY})
        row = before.filter(at__lt=merged_at).order_by("-at", "-id").first()
        if row is not None:
            _write(kept, key, row.decision, Consent.Source.UNMERGE, now)


def _check(
    person: Patient, decision: str, moment: dt.datetime, now: dt.datetime, wording_version: str, guardian: str
) -> None:
    if moment > now:
        raise ConsentError(_("The decision lies in the future."))
    if person.contact_state in (Patient.ContactState.DECEASED, Patient.ContactState.ERASED):
        raise ConsentError(_("Nobody decides for the dead or for an erased record."))
    if decision != Consent.Decision.GRANTED:
        return
    if not wording_version.strip():
        raise ConsentError(_("A consent names the version of the wording it was given to."))
    if needs_guardian(person, day=today(now=now)) and not guardian.strip():
        raise ConsentError(_("For somebody under 14 the guardian decides."))


def _not_before_undated(person: Patient, purpose: str, channel: str, moment: dt.datetime) -> dt.datetime:
    """The moment of a no: that of a later grant whose day nobody knows, unless one of a known day came after too."""
    later = Consent.objects.filter(patient=person, purpose=purpose, decision=Consent.Decision.GRANTED, at__gt=moment)
    if channel != Consent.Channel.ANY:
        later = later.filter(channel__in={channel, Consent.Channel.ANY})
    grants = list(later.values_list("at", "is_dated"))
    return moment if any(is_dated for _, is_dated in grants) else max([moment, *(at for at, _ in grants)])


def _latest(person: Patient) -> dict[Key, Consent]:
    return _latest_of(person.pk)


def _latest_of(person_id: int) -> dict[Key, Consent]:
    """The last entry of each purpose and channel."""
    rows = Consent.objects.filter(patient_id=person_id).order_by("purpose", "channel", "-at", "-id")
    return {(row.purpose, row.channel): row for row in rows.distinct("purpose", "channel")}


def _holding(latest: dict[Key, Consent], key: Key) -> Consent | None:
    """What holds for a purpose and channel: its own last entry or a later one for any channel."""
    found = [row for one in {key, (key[0], Consent.Channel.ANY.value)} if (row := latest.get(one))]
    return max(found, key=_order, default=None)


def _order(row: Consent) -> Any:
    return row.at, row.pk


def _write(person: Patient, key: Key, decision: str, source: str, now: dt.datetime) -> None:
    """What a union leaves standing; nobody decided it on that day."""
    said = {"purpose": key[0], "channel": key[1], "decision": decision, "source": source}
    Consent.objects.create(patient=person, at=now, is_dated=False, **said)
