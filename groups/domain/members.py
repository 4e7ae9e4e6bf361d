"""Who belongs to which unit, and which of them are key persons under a valid contract."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from groups import signals
from groups.domain.errors import UnitError
from groups.models import Contract, GroupCustomer, GroupMember
from patients.models import Patient


class MemberError(UnitError):
    """Refused, with the reason."""


def key_person_patient_ids(*, on: dt.date) -> QuerySet:
    """Ids of people who are key persons of a unit with a contract in force on that day; followed up as tier C. One
    column.
    """
    under_contract = Contract.objects.valid_on(on).values("group_id")
    members = GroupMember.objects.current().filter(is_key_person=True, group_id__in=under_contract)
    return members.values("patient_id").distinct()


def people_of_own_units(actor: Actor) -> QuerySet:
    """Ids of the people a liaison may see: members of the units he owns. Nobody for other roles."""
    members = GroupMember.objects.current()
    if actor.sees != "units":
        return members.none().values("patient_id")
    return members.filter(group__owner_id=actor.staff.pk).values("patient_id")


@transaction.atomic
def add_member(
    group: GroupCustomer,
    patient: Patient,
    *,
    is_key_person: bool = False,
    position: str = "",
    department: str = "",
    employee_number: str = "",
    actor: Actor,
    joined_on: dt.date | None = None,
) -> GroupMember:
    """A person joins a unit. Refused for somebody who belongs to it already and for an erased record."""
    if patient.contact_state == Patient.ContactState.ERASED:
        raise MemberError(_("The record was erased."))
    GroupCustomer.objects.select_for_update().get(pk=group.pk)
    if GroupMember.objects.current().filter(group=group, patient=patient).exists():
        raise MemberError(_("This person belongs to the unit already."))
    member = GroupMember.objects.create(
        group=group,
        patient=patient,
        is_key_person=is_key_person,
        position=position,
        department=department,
        employee_number=employee_number,
        joined_on=joined_on,
    )
    record("groups.member.add", group, actor=actor, patient=patient.pk, is_key_person=is_key_person)
    signals.members_changed.send(sender=GroupMember, patient_ids=[patient.pk])
    return member


@transaction.atomic
def set_key_person(member: GroupMember, is_key_person: bool, *, actor: Actor) -> GroupMember:
    """Marks or unmarks a key person. Refused for somebody who has left."""
    member = GroupMember.objects.select_for_update().get(pk=member.pk)
    if member.left_on:
        raise MemberError(_("This person has left the unit."))
    if member.is_key_person != is_key_person:
        member.is_key_person = is_key_person
        member.save(update_fields=["is_key_person"])
        record("groups.member.key", member.group, actor=actor, patient=member.patient_id, is_key_person=is_key_person)
        signals.members_changed.send(sender=GroupMember, patient_ids=[member.patient_id])
    return member


@transaction.atomic
def remove_member(member: GroupMember, *, on: dt.date, actor: Actor) -> GroupMember:
    """The person leaves the unit on that day; the row stays as history. Refused for somebody who has left, for a day
    before the person joined, and for one to come: until then the person is a member everywhere.
    """
    member = GroupMember.objects.select_for_update().get(pk=member.pk)
    if member.left_on:
        raise MemberError(_("This person has left the unit."))
    if member.joined_on and on < member.joined_on:
        raise MemberError(_("The person joined after that day."))
    if on > today():
        raise MemberError(_("The day of leaving lies in the future: enter it once it has come."))
    member.left_on, member.absent_since = on, None
    member.save(update_fields=["left_on", "absent_since"])
    record("groups.member.remove", member.group, actor=actor, patient=member.patient_id)
    signals.members_changed.send(sender=GroupMember, patient_ids=[member.patient_id])
    return member


@transaction.atomic
def decide_absent(
    group: GroupCustomer, member_ids: Collection[int] | None, *, have_left: bool, actor: Actor, on: dt.date
) -> int:
    """Members whom a complete roster did not name have left, or stay although it did not name them; all of them where
    no ids are given. Answers how many it was decided for; whoever was decided about meanwhile is passed over.

    They left on the day of the roster, or on the day they joined where that was later.
    """
    rows = GroupMember.objects.absent().filter(group=group)
    if member_ids is not None:
        rows = rows.filter(pk__in=member_ids)
    found = list(rows.select_for_update().order_by("pk"))
    for member in found:
        if have_left:
            member.left_on = max(member.absent_since or on, member.joined_on or dt.date.min)
        member.absent_since = None
    GroupMember.objects.bulk_update(found, ["left_on", "absent_since"], batch_size=1000)
    if found:
        people = [member.patient_id for member in found]
        record("groups.members.absent", group, actor=actor, have_left=have_left, patients=people)
        if have_left:
            signals.members_changed.send(sender=GroupMember, patient_ids=people)
    return len(found)
