"""Who belongs to which unit, and which of them are key persons under a valid contract."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.audit import record
from groups import signals
from groups.models import Contract, GroupCustomer, GroupMember
from patients.models import Patient


class MemberError(Exception):
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
    actor: Actor,
    joined_on: dt.date | None = None,
) -> GroupMember:
    """A person joins a unit. Refused for somebody who belongs to it already and for an erased record."""
    if patient.contact_state == Patient.ContactState.ERASED:
        raise MemberError("the record was erased")
    GroupCustomer.objects.select_for_update().get(pk=group.pk)
    if GroupMember.objects.current().filter(group=group, patient=patient).exists():
        raise MemberError("already a member")
    member = GroupMember.objects.create(
        group=group, patient=patient, is_key_person=is_key_person, position=position, joined_on=joined_on
    )
    record("groups.member.add", group, actor=actor, patient=patient.pk, is_key_person=is_key_person)
    signals.members_changed.send(sender=GroupMember, patient_ids=[patient.pk])
    return member


@transaction.atomic
def set_key_person(member: GroupMember, is_key_person: bool, *, actor: Actor) -> GroupMember:
    """Marks or unmarks a key person. Refused for somebody who has left."""
    member = GroupMember.objects.select_for_update().get(pk=member.pk)
    if member.left_on:
        raise MemberError("has left")
    if member.is_key_person != is_key_person:
        member.is_key_person = is_key_person
        member.save(update_fields=["is_key_person"])
        record("groups.member.key", member.group, actor=actor, patient=member.patient_id, is_key_person=is_key_person)
        signals.members_changed.send(sender=GroupMember, patient_ids=[member.patient_id])
    return member


@transaction.atomic
def remove_member(member: GroupMember, *, on: dt.date, actor: Actor) -> GroupMember:
    """The person leaves the unit on that day; the row stays as history. Refused for somebody who has left."""
    member = GroupMember.objects.select_for_update().get(pk=member.pk)
    if member.left_on:
        raise MemberError("has left")
    member.left_on = on
    member.save(update_fields=["left_on"])
    record("groups.member.remove", member.group, actor=actor, patient=member.patient_id)
    signals.members_changed.send(sender=GroupMember, patient_ids=[member.patient_id])
    return member
