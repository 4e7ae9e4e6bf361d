"""Keeping units: the record, the people there we speak to, what a unit brought in a year."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from groups.domain.errors import UnitError
from groups.domain.naming import find_by_name
from groups.models import GroupContact, GroupCustomer, GroupValue
from patients.domain.divisions import code_of
from patients.domain.names import clean_name
from patients.domain.regions import county_of

# How a unit may begin: signed and ended come of what is done with it.
FIRST_STATES = (GroupCustomer.Status.NEARBY, GroupCustomer.Status.NEGOTIATING)


@transaction.atomic
def save_unit(group: GroupCustomer, values: Mapping[str, Any], *, actor: Actor) -> GroupCustomer:
    """Makes or changes a unit; it is found by the pinyin of its name. A unit made by a liaison is his own unless he
    names another; without a region the address gives it.

    Refused without a name, for one that begins as signed or ended, and where the state or the owner of a unit that
    exists is to change: those have ways of their own.
    """
    is_new = group.pk is None
    changed = [field for field, value in values.items() if getattr(group, field) != value]
    _refuse(changed, values, is_new)
    for field, value in values.items():
        setattr(group, field, value)
    group.name = clean_name(group.name)
    if not group.name:
        raise UnitError(_("A unit needs a name."))
    if is_new and group.owner_id is None and actor.sees == "units":
        group.owner = actor.staff
    find_by_name(group)
    group.region = group.region or county_of(group.address)
    group.division_code = code_of(group.region, group.address)
    group.save()
    record("groups.unit.create" if is_new else "groups.unit.change", group, actor=actor, fields=changed)
    return group


def _refuse(changed: list[str], values: Mapping[str, Any], is_new: bool) -> None:
    if is_new and values.get("status", GroupCustomer.Status.NEARBY) not in FIRST_STATES:
        raise UnitError(_("A unit begins as nearby or negotiating."))
    if not is_new and not {"status", "owner"}.isdisjoint(changed):
        raise UnitError(_("State and liaison of a unit are changed on their own."))


@transaction.atomic
def add_contact(group: GroupCustomer, values: Mapping[str, Any], *, actor: Actor) -> GroupContact:
    """Somebody at the unit we speak to."""
    contact = GroupContact.objects.create(group=group, **values)
    record("groups.contact.add", group, actor=actor, contact=contact.pk)
    return contact


@transaction.atomic
def end_contact(contact: GroupContact, *, on: dt.date, actor: Actor) -> GroupContact:
    """From the next day on we speak to somebody else. Refused for one who has ended, and before the first day."""
    contact = GroupContact.objects.select_for_update().get(pk=contact.pk)
    if contact.valid_until and contact.valid_until <= on:
        raise UnitError(_("This contact has ended already."))
    if contact.valid_from and on < contact.valid_from:
        raise UnitError(_("The last day lies before the first."))
    contact.valid_until = on
    contact.save(update_fields=["valid_until"])
    record("groups.contact.end", contact.group, actor=actor, contact=contact.pk)
    return contact


@transaction.atomic
def record_value(group: GroupCustomer, values: Mapping[str, Any], *, actor: Actor) -> GroupValue:
    """What the unit brought in a year by one source; the same year and source again corrects the figure."""
    key = {"group": group, "year": values["year"], "source": values["source"]}
    said = {"amount": values["amount"], "note": values.get("note", "")}
    found, is_new = GroupValue.objects.update_or_create(**key, defaults=said)
    record("groups.value.record", group, actor=actor, year=found.year, source=found.source, is_new=is_new)
    return found
