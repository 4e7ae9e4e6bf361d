"""Keeping units: the record, whom we speak to, visits and calls, contracts with their benefits."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.audit import record
from groups.models import Benefit, Contract, GroupContact, GroupCustomer, GroupVisit
from patients.domain.names import clean_name, name_keys


class UnitError(Exception):
    """Refused, with the reason."""


@transaction.atomic
def save_unit(group: GroupCustomer, values: Mapping[str, Any], *, actor: Actor) -> GroupCustomer:
    """Makes or changes a unit; it is found by the pinyin of its name. A unit made by a liaison is his own unless he
    names another.
    """
    is_new = group.pk is None
    changed = [field for field, value in values.items() if getattr(group, field) != value]
    for field, value in values.items():
        setattr(group, field, value)
    group.name = clean_name(group.name)
    if not group.name:
        raise UnitError("a unit needs a name")
    if is_new and group.owner_id is None and actor.sees == "units":
        group.owner = actor.staff
    keys = name_keys(group.name)
    group.py_full, group.py_initials = keys.py_full[:200], keys.py_initials[:60]
    group.save()
    record("groups.unit.create" if is_new else "groups.unit.change", group, actor=actor, fields=changed)
    return group


@transaction.atomic
def add_contact(group: GroupCustomer, values: Mapping[str, Any], *, actor: Actor) -> GroupContact:
    """Somebody at the unit we speak to."""
    contact = GroupContact.objects.create(group=group, **values)
    record("groups.contact.add", group, actor=actor, contact=contact.pk)
    return contact


@transaction.atomic
def plan_visit(group: GroupCustomer, values: Mapping[str, Any], *, actor: Actor) -> GroupVisit:
    """A contact with the unit that is to be made, or was made when `done_on` and a result are given."""
    visit = GroupVisit.objects.create(group=group, staff=actor.staff, **values)
    record("groups.visit.plan", group, actor=actor, visit=visit.pk)
    return visit


@transaction.atomic
def finish_visit(visit: GroupVisit, *, done_on: dt.date, result: str, actor: Actor) -> GroupVisit:
    """Writes what came of a planned contact. Refused without a result and for one already finished."""
    visit = GroupVisit.objects.select_for_update().get(pk=visit.pk)
    if visit.done_on:
        raise UnitError("already finished")
    if not result.strip():
        raise UnitError("a result is needed")
    visit.done_on, visit.result = done_on, result.strip()
    visit.save(update_fields=["done_on", "result"])
    record("groups.visit.finish", visit.group, actor=actor, visit=visit.pk)
    return visit


@transaction.atomic
def sign_contract(
    group: GroupCustomer, values: Mapping[str, Any], *, benefits: list[Mapping[str, Any]], actor: Actor
) -> Contract:
    """A contract with its benefits; the unit counts as signed from then on."""
    contract = Contract.objects.create(group=group, **values)
    Benefit.objects.bulk_create(Benefit(contract=contract, **benefit) for benefit in benefits)
    GroupCustomer.objects.filter(pk=group.pk).update(status=GroupCustomer.Status.SIGNED)
    record("groups.contract.sign", contract, actor=actor, group=group.pk, benefits=len(benefits))
    return contract
