"""VIP membership: granted, renewed, ended; who looks after a member; how far a member goes first.

While a membership runs the person's category says VIP, and only then: the category follows, nobody sets it by hand
(docs/decisions/0018-vip-category.md). A membership begins and ends with whole days of the hospital.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record, record_each
from accounts.calendar import today
from accounts.models import StaffMember, StaffRole
from patients.domain.visibility import may_read_clinical
from patients.models import Membership, MembershipLevel, Patient

LONGEST_YEARS = 10
GONE = (Patient.ContactState.DECEASED, Patient.ContactState.ERASED, Patient.ContactState.BINNED)


class MembershipError(Exception):
    """Refused, with a sentence for whoever asked."""


@dataclass(frozen=True, slots=True)
class Priority:
    """How far a person goes first, 0 as everybody, and why, in the reader's language."""

    number: int
    reason: str


def running_membership(patient: Patient, *, on: dt.date) -> Membership | None:
    """The membership in force on that day; None for somebody who died or was erased."""
    if patient.contact_state in GONE:
        return None
    rows = Membership.objects.running_on(on).filter(patient=patient)
    return rows.select_related("level", "contact", "deputy").first()


def booking_priority(patient: Patient, *, on: dt.date) -> Priority:
    """How far the person goes first when slots are given out, by the level of the membership on that day."""
    return _priority(running_membership(patient, on=on), "booking_priority")


def call_priority(patient: Patient, *, on: dt.date) -> Priority:
    """How far a call of the person goes first when calls are handed out, by the level of the membership that day."""
    return _priority(running_membership(patient, on=on), "call_priority")


def _priority(membership: Membership | None, field: str) -> Priority:
    if membership is None:
        return Priority(0, _("No VIP membership on that day"))
    said = {"level": membership.level, "day": membership.ends_on}
    return Priority(getattr(membership.level, field), _("VIP member, %(level)s, until %(day)s") % said)


def possible_contacts() -> QuerySet[StaffMember]:
    """Active staff with a role that looks after members, by name."""
    holding = StaffRole.objects.filter(role__capabilities__contains=["patients.members"]).values("staff_id")
    return StaffMember.objects.active().filter(pk__in=holding).order_by("name_order", "id")


def people_looked_after(actor: Actor) -> QuerySet[Any]:
    """The ids of the people whose named contact or deputy the actor is: a reason to see them."""
    mine = Q(contact_id=actor.staff.pk) | Q(deputy_id=actor.staff.pk)
    return Membership.objects.running_on(today()).filter(mine).values("patient_id")


def is_contact(membership: Membership, actor: Actor) -> bool:
    """Named contact and deputy; of a membership that is over as long as nobody else has come to look after the
    person.
    """
    if not actor.can("patients.members") or actor.staff.pk not in (membership.contact_id, membership.deputy_id):
        return False
    if membership.phase_on(today()) != "over":
        return True
    return Membership.objects.still_of(actor.staff.pk).filter(pk=membership.pk).exists()


def may_look_after(membership: Membership, actor: Actor) -> bool:
    """Named contact and deputy, and whoever grants memberships."""
    return actor.can("patients.memberships") or is_contact(membership, actor)


def may_read_notes(membership: Membership, actor: Actor) -> bool:
    """The notes of services and visits may hold clinical words: for who looks after the member or reads clinical
    text.
    """
    return may_look_after(membership, actor) or may_read_clinical(actor, membership.patient)


@transaction.atomic
def grant(
    patient: Patient,
    *,
    level: MembershipLevel,
    starts_on: dt.date,
    ends_on: dt.date,
    contact: StaffMember,
    deputy: StaffMember | None = None,
    actor: Actor,
    now: dt.datetime,
) -> Membership:
    """The person is a member from one day to another, both included.

    Refused without the right, for somebody who died or was erased, for days that are over or in the wrong order, a
    level that is not offered, contacts who do not look after members, and beside another membership on one of the days.
    """
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    _check_person(patient, actor)
    _check_days(starts_on, ends_on, now)
    _check_terms(level, contact, deputy)
    row = Membership(patient=patient, level=level, starts_on=starts_on, ends_on=ends_on, agreed_until=ends_on)
    row.contact, row.deputy, row.granted_by, row.granted_at = contact, deputy, actor.staff, now
    _save_alone(row)
    said = {"level": str(level), "from": str(starts_on), "until": str(ends_on)}
    record("patients.membership.grant", patient, actor=actor, after=said, membership=row.pk, to=contact.pk)
    follow_category([patient.pk], now=now)
    row.refresh_from_db()
    return row


@transaction.atomic
def renew(
    membership: Membership, *, level: MembershipLevel, ends_on: dt.date, actor: Actor, now: dt.datetime
) -> Membership:
    """A further membership with the same contacts, from the day after the last, or from today where that has passed.

    Refused as `grant` is, for one that was ended or withdrawn, and for one that was renewed already.
    """
    membership = _held(membership)
    if membership.state != Membership.State.GRANTED:
        raise MembershipError(_("A membership that was ended is not renewed: grant one anew."))
    if Membership.objects.filter(renews=membership).exclude(state=Membership.State.VOID).exists():
        raise MembershipError(_("This membership was renewed already."))
    starts_on = max(membership.ends_on + dt.timedelta(days=1), today(now=now))
    contact, deputy = membership.contact, membership.deputy
    row = grant(
        membership.patient,
        level=level,
        starts_on=starts_on,
        ends_on=ends_on,
        contact=contact,
        deputy=deputy,
        actor=actor,
        now=now,
    )
    row.renews = membership
    row.save(update_fields=["renews"])
    return row


@transaction.atomic
def end(membership: Membership, *, on: dt.date, reason: str, actor: Actor, now: dt.datetime) -> Membership:
    """The membership ends before the agreed day; that day is its last. A day before the first withdraws it.

    Refused without the right or a reason, for a day after the agreed one, and for one that is over.
    """
    membership = _held(membership)
    if not actor.can("patients.memberships"):
        raise MembershipError(_("Your role does not allow this."))
    if membership.state != Membership.State.GRANTED or membership.ends_on < today(now=now):
        raise MembershipError(_("This membership is over already."))
    if on > membership.ends_on:
        raise MembershipError(_("It ends by itself on %(day)s.") % {"day": membership.ends_on})
    if not reason.strip():
        raise MembershipError(_("A reason is needed."))
    membership.end_reason, membership.ended_by, membership.ended_at = reason.strip(), actor.staff, now
    if on < membership.starts_on:
        membership.state = Membership.State.VOID
    else:
        membership.state, membership.ends_on = Membership.State.ENDED, on
    membership.save()
    after = {"state": membership.state, "until": str(membership.ends_on)}
    record("patients.membership.end", membership.patient, actor=actor, after=after, membership=membership.pk)
    follow_category([membership.patient_id], now=now)
    return membership


@transaction.atomic
def hand_over(
    membership: Membership, *, contact: StaffMember, deputy: StaffMember | None, actor: Actor, now: dt.datetime
) -> Membership:
    """Other people look after the member, also in a later membership that names the same as this one. The former ones
    see the person by other grounds alone. Refused without the right, for one that is over, and for contacts who do not
    look after members.
    """
    membership = _held(membership)
    if not actor.can("patients.memberships"):
        raise MembershipError(_("Your role does not allow this."))
    if membership.phase_on(today(now=now)) not in ("coming", "running"):
        raise MembershipError(_("This membership is over already."))
    _check_contacts(contact, deputy)
    before = {"to": membership.contact_id}
    alike = {"contact": membership.contact_id, "deputy": membership.deputy_id, "patient": membership.patient_id}
    later = Membership.objects.filter(**alike, starts_on__gt=membership.starts_on)
    for row in (membership, *later.exclude(state=Membership.State.VOID).select_for_update()):
        row.contact, row.deputy = contact, deputy
        row.save(update_fields=["contact", "deputy"])
    membership.refresh_from_db()
    record("patients.membership.hand_over", membership.patient, actor=actor, before=before, after={"to": contact.pk})
    return membership


def _held(membership: Membership) -> Membership:
    """The membership, locked after its person, as everywhere."""
    own = Membership.objects.filter(pk=membership.pk)
    list(Patient.objects.select_for_update(no_key=True).filter(pk__in=own.values("patient_id")))
    return own.select_for_update().get()


def _check_person(patient: Patient, actor: Actor) -> None:
    if not actor.can("patients.memberships"):
        raise MembershipError(_("Your role does not allow this."))
    check_is_there(patient)


def check_is_there(patient: Patient) -> None:
    """Refuses for somebody who died or was erased."""
    if patient.contact_state in GONE:
        raise MembershipError(_("This person has died or the record was erased."))


def _check_days(starts_on: dt.date, ends_on: dt.date, now: dt.datetime) -> None:
    if ends_on < starts_on:
        raise MembershipError(_("The last day lies before the first."))
    if ends_on < today(now=now):
        raise MembershipError(_("The last day has passed."))
    if (ends_on - starts_on).days > LONGEST_YEARS * 366:
        raise MembershipError(_("A membership runs ten years at most."))


def _check_terms(level: MembershipLevel, contact: StaffMember, deputy: StaffMember | None) -> None:
    if not level.is_offered:
        raise MembershipError(_("This level is not offered any more."))
    _check_contacts(contact, deputy)


def _check_contacts(contact: StaffMember, deputy: StaffMember | None) -> None:
    wanted = [contact] if deputy is None else [contact, deputy]
    if deputy is not None and deputy.pk == contact.pk:
        raise MembershipError(_("Contact and deputy are two people."))
    known = set(possible_contacts().filter(pk__in=[one.pk for one in wanted]).values_list("pk", flat=True))
    for one in wanted:
        if one.pk not in known:
            raise MembershipError(
                _("%(name)s does not work here any more or does not look after members.") % {"name": one}
            )


def _save_alone(row: Membership) -> None:
    """Saves it; where another membership holds on one of the days the database refuses."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as refusal:
        if "membership_one_at_a_time" not in str(refusal):
            raise
        raise MembershipError(_("This person is a member already on one of these days.")) from refusal


@transaction.atomic
def follow_category(patient_ids: list[int] | None = None, *, now: dt.datetime) -> int:
    """Brings the category of these people, or of everybody, in line with the memberships of the day: those over give
    the former category back, those in force make it VIP, but never that of somebody who died or was erased. Answers how
    many people changed.
    """
    day, rows = today(now=now), Membership.objects.all()
    if patient_ids is not None:
        rows = rows.filter(patient_id__in=patient_ids)
    over = rows.filter(makes_vip=True).exclude(pk__in=rows.running_on(day).values("pk"))
    begun = rows.running_on(day).filter(makes_vip=False).exclude(patient__contact_state__in=GONE)
    touched = sorted({*over.values_list("patient_id", flat=True), *begun.values_list("patient_id", flat=True)})
    people = Patient.objects.select_for_update(no_key=True).filter(pk__in=touched).order_by("pk").in_bulk()
    before = {pk: person.category for pk, person in people.items()}
    for row in over.filter(patient_id__in=list(people)).select_for_update():
        people[row.patient_id].category = row.former_category
        row.makes_vip = False
        row.save(update_fields=["makes_vip"])
    for row in Membership.objects.running_on(day).filter(patient_id__in=list(people)).select_for_update():
        _make_vip(people[row.patient_id], row)
    changed = [person for pk, person in people.items() if person.category != before[pk]]
    whens = [When(pk=person.pk, then=Value(person.category)) for person in changed]
    if whens:
        Patient.objects.filter(pk__in=[person.pk for person in changed]).update(category=Case(*whens))
        record_each("patients.membership.category", changed)
    return len(changed)


def _make_vip(person: Patient, row: Membership) -> None:
    """The category of a member, whether this membership has made it VIP before or not."""
    if person.contact_state in GONE:
        return
    if not row.makes_vip:
        row.makes_vip = True
        row.former_category = Patient.Category.GENERAL if person.category == "vip" else person.category
        row.save(update_fields=["makes_vip", "former_category"])
    person.category = Patient.Category.VIP


def forbids_category(before: str, after: str, *, is_member: bool) -> bool:
    """Whether somebody may not set this category by hand: VIP comes of a membership alone and stays while it runs."""
    return before != after and (after == Patient.Category.VIP or is_member)


def members_among(people: list[int], *, on: dt.date) -> set[int]:
    """Which of these people are members on that day."""
    rows = Membership.objects.running_on(on).filter(patient_id__in=list(people))
    return set(rows.values_list("patient_id", flat=True))
