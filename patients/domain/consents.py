"""What a person allows: decisions are recorded with their proof, the last one holds, and of two records that become
one the most restrictive holds.

Care follow-up and satisfaction rest on the care relation and are allowed until refused; so is being sorted into groups
for marketing. Everything else needs a consent that was granted and has not been taken back (PRODUCT §4.1).

A no of the person's own gives way only to an act of the person: a link without log-in, a signed sheet that is kept, or
a spoken word that a second member of staff has heard too (docs/decisions/0023-consents-with-proof.md).
"""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from accounts.models import PublicLink, StaffMember
from patients.models import AwaitedConsent, Consent, Patient, Relation
from patients.models.querysets import held_on
from patients.signals import consent_decided

ADULT_FOR_CONSENT = 14
# What a link asks about that our staff have seen: with it nobody proves to be the person.
SEEN_BY_STAFF = "desk"
# Allowed until refused.
UNTIL_REFUSED = (Consent.Purpose.CARE, Consent.Purpose.SATISFACTION, Consent.Purpose.PROFILING)
Key = tuple[str, str]


class ConsentError(Exception):
    """Refused, with a sentence for the person who asked."""


class OwnNoStands(ConsentError):
    """Refused: the person said no, and nothing shows that it is the person who says yes."""


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
    said_by: str = "",
    witness: StaffMember | None = None,
    link: PublicLink | None = None,
    evidence: uuid.UUID | None = None,
    guardian_name: str = "",
    guardian_relation: str = "",
    note: str = "",
) -> Consent:
    """A person decided about one purpose on one channel (`any`: all of them); `at` where it was before `now`.

    A no gives way only to a grant of a known day: before one whose day nobody knows (`is_dated`) it takes its place,
    and then has no day of its own either; the one that was said stays in the audit. What waits to be confirmed ends
    with a no.
    Refused for a moment in the future, for dead and erased people, for a grant without the version of the wording it
    was given to, for a grant of somebody under 14 without a guardian, for one by family who are not entrusted or by
    our staff alone, for one over a no of the person's own without an act of the person, and for taking back what was
    never granted.
    """
    person = Patient.objects.select_for_update().get(pk=person.pk)
    moment = at or now
    row = Consent(
        patient=person, purpose=purpose, channel=channel, decision=decision, wording_version=wording_version,
        language=language, source=source, said_by=said_by, witness=witness, link=link, evidence=evidence,
        guardian_name=guardian_name.strip(), guardian_relation=guardian_relation.strip(), note=note.strip(),
        taken_by=actor.staff if actor else None, at=moment, is_dated=is_dated,
    )  # fmt: skip
    check_consent(row, now=now)
    if decision != Consent.Decision.GRANTED:
        if decision == Consent.Decision.WITHDRAWN and not is_granted(person, purpose, channel):
            raise ConsentError(_("There is no consent that could be taken back."))
        row.at = _not_before_undated(person, purpose, channel, moment)
        row.is_dated = is_dated and row.at == moment
        drop_waiting(person, purpose, channel, now=now)
    row.save()
    after = {"purpose": purpose, "channel": channel, "decision": decision}
    said: dict[str, Any] = {"said_at": moment.isoformat()} if is_dated and not row.is_dated else {}
    record("patients.consent.record", person, actor=actor, after=after, consent=row.pk, **said)
    consent_decided.send(sender=Consent, consent=row, now=now)
    return row


@transaction.atomic
def withdraw(
    *,
    person: Patient,
    purpose: str,
    channel: str = Consent.Channel.ANY,
    source: str,
    now: dt.datetime,
    said_by: str = Consent.SaidBy.SELF,
    actor: Actor | None = None,
    **said: Any,
) -> Consent:
    """The person does not want this (any more), effective at once; by link, at the desk, in a call, by reply or by the
    button of a mail program it is the same record. A consent that stands is taken back, anything else refused.

    Said twice it stands once. `said`: what `record_consent` takes beside. Refused for dead and erased people.
    """
    person = Patient.objects.select_for_update().get(pk=person.pk)
    stands = is_granted(person, purpose, channel)
    held = current_consent(person, purpose, channel)
    if held is not None and not stands and (held.is_own_no or said_by == Consent.SaidBy.STAFF):
        drop_waiting(person, purpose, channel, now=now)
        return held
    decision = Consent.Decision.WITHDRAWN if stands else Consent.Decision.REFUSED
    proof: dict[str, Any] = {"source": source, "said_by": said_by, "now": now, "actor": actor, **said}
    return record_consent(person=person, purpose=purpose, channel=channel, decision=decision, **proof)


def drop_waiting(person: Patient, purpose: str, channel: str, *, now: dt.datetime) -> None:
    """What waits to be confirmed for this purpose and channel waits no more: the person said no."""
    rows = AwaitedConsent.objects.filter(patient=person, purpose=purpose, ended_at__isnull=True)
    if channel != Consent.Channel.ANY:
        rows = rows.filter(channel__in={channel, Consent.Channel.ANY})
    for row in rows:
        row.ended_at, row.ended_as = now, AwaitedConsent.End.DROPPED
        row.save(update_fields=["ended_at", "ended_as"])


def check_consent(row: Consent, *, now: dt.datetime) -> None:
    """Refuses (ConsentError) what is no decision, whoever took it, and (OwnNoStands) a grant over a no of the person's
    own without an act of the person. What another system tells lifts what it has told itself.
    """
    _check(row, now)
    lifted = [one for one in _overtaken(row) if one.is_own_no] if row.is_granted else []
    if not lifted or is_act_of_person(row):
        return
    if row.source == Consent.Source.FEED and all(one.source == Consent.Source.FEED for one in lifted):
        return
    raise OwnNoStands(
        _("The person said no. Only the person lifts it: by the own link, by a signed sheet, or heard by two.")
    )


def is_act_of_person(grant: Consent) -> bool:
    """Whether a grant shows that it is the person who says yes: by the own link, unless our staff have seen that; on a
    signed sheet that is kept; spoken and heard by two members of staff.
    """
    if grant.link is not None:
        return grant.link.extra != SEEN_BY_STAFF
    if grant.source == Consent.Source.PAPER:
        return grant.evidence is not None
    spoken = grant.source in (Consent.Source.COUNTER, Consent.Source.PHONE)
    return spoken and grant.witness_id is not None and grant.taken_by_id not in (None, grant.witness_id)


def _overtaken(grant: Consent) -> list[Consent]:
    """The decisions that hold and would hold no more: of a grant for any channel, those for each of them."""
    rows = Consent.objects.filter(patient=grant.patient, purpose=grant.purpose, at__lte=grant.at)
    if grant.channel != Consent.Channel.ANY:
        last = rows.filter(channel__in={grant.channel, Consent.Channel.ANY}).order_by("-at", "-id").first()
        return [last] if last else []
    latest = {row.channel: row for row in rows.order_by("at", "id")}
    general = latest.get(Consent.Channel.ANY)
    return [row for row in latest.values() if general is None or order_of(row) >= order_of(general)]


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
    latest = latest_of(person.pk)
    standing = [
        row
        for row in latest.values()
        if (general := latest.get((row.purpose, Consent.Channel.ANY))) is None or order_of(row) >= order_of(general)
    ]
    places = {key: place for place, key in enumerate([*Consent.Purpose.values, *Consent.Channel.values])}
    return sorted(standing, key=lambda row: (places[row.purpose], places[row.channel]))


def history_of(person: Patient) -> QuerySet[Consent]:
    """Every decision, the last one first, with who took it."""
    return Consent.objects.filter(patient=person).select_related("taken_by", "witness").order_by("-at", "-id")


def needs_guardian(person: Patient, *, day: dt.date) -> bool:
    """Whether the person is known to be under 14, so that the guardian decides."""
    age = person.age_on(day)
    return age is not None and age < ADULT_FOR_CONSENT


def is_allowed(person: Patient, purpose: str, channel: str) -> bool:
    """Whether the person may be approached for this purpose by this channel, as far as consents say."""
    decision = current_consent(person, purpose, channel)
    return purpose in UNTIL_REFUSED if decision is None else decision.is_granted


def is_granted(person: Patient, purpose: str, channel: str) -> bool:
    """Whether something stands that can be taken back; for any channel, a grant for one of them is enough."""
    if channel == Consent.Channel.ANY:
        return any(row.is_granted and row.purpose == purpose for row in current_consents(person))
    found = current_consent(person, purpose, channel)
    return found is not None and found.is_granted


def _check(row: Consent, now: dt.datetime) -> None:
    """What makes a decision no decision, whoever took it."""
    if row.at > now:
        raise ConsentError(_("The decision lies in the future."))
    if row.patient.contact_state in (Patient.ContactState.DECEASED, Patient.ContactState.ERASED):
        raise ConsentError(_("Nobody decides for the dead or for an erased record."))
    by_another = row.said_by in (Consent.SaidBy.GUARDIAN, Consent.SaidBy.FAMILY)
    if by_another and not row.guardian_name:
        raise ConsentError(_("Say who decided for the person."))
    if not row.is_granted:
        return
    if not row.wording_version.strip():
        raise ConsentError(_("A consent names the version of the wording it was given to."))
    if needs_guardian(row.patient, day=today(now=now)) and not row.guardian_name:
        raise ConsentError(_("For somebody under 14 the guardian decides."))
    if row.said_by == Consent.SaidBy.STAFF:
        raise ConsentError(_("Our staff consent to nothing for a person."))
    if row.said_by == Consent.SaidBy.FAMILY and not _is_entrusted(row, today(now=now)):
        raise ConsentError(_("Nobody of this name is entrusted on record. Keep the signed sheet with the decision."))


def _is_entrusted(row: Consent, day: dt.date) -> bool:
    """Whether family may say yes for the person: by a sheet that is kept, as guardian, or as who may be told the
    condition.
    """
    told = (Relation.MayBeTold.CONDITION, Relation.MayBeTold.EVERYTHING)
    family = Relation.objects.filter(held_on(day), patient=row.patient, name=row.guardian_name)
    return row.evidence is not None or family.filter(Q(is_guardian=True) | Q(may_be_told__in=told)).exists()


def _not_before_undated(person: Patient, purpose: str, channel: str, moment: dt.datetime) -> dt.datetime:
    """The moment of a no: that of a later grant whose day nobody knows, unless one of a known day came after too."""
    later = Consent.objects.filter(patient=person, purpose=purpose, decision=Consent.Decision.GRANTED, at__gt=moment)
    if channel != Consent.Channel.ANY:
        later = later.filter(channel__in={channel, Consent.Channel.ANY})
    grants = list(later.values_list("at", "is_dated"))
    return moment if any(is_dated for _, is_dated in grants) else max([moment, *(at for at, _ in grants)])


def latest_of(person_id: int) -> dict[Key, Consent]:
    """The last entry of each purpose and channel."""
    rows = Consent.objects.filter(patient_id=person_id).order_by("purpose", "channel", "-at", "-id")
    return {(row.purpose, row.channel): row for row in rows.distinct("purpose", "channel")}


def order_of(row: Consent) -> Any:
    """By what the later of two entries is told."""
    return row.at, row.pk
