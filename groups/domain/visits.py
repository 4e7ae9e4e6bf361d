"""The plan of contacts with units and their log: planned, done with a result and the next step, called off."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from groups.domain.errors import UnitError
from groups.models import GroupCustomer, GroupVisit


@transaction.atomic
def plan_visit(group: GroupCustomer, values: Mapping[str, Any], *, actor: Actor) -> GroupVisit:
    """A contact with the unit that is to be made; by the liaison in charge unless another is named.

    Refused with somebody of another unit.
    """
    contact = values.get("contact")
    if contact is not None and contact.group_id != group.pk:
        raise UnitError(_("This contact belongs to another unit."))
    staff = values.get("staff") or group.owner or actor.staff
    visit = GroupVisit.objects.create(group=group, **{**values, "staff": staff})
    record("groups.visit.plan", group, actor=actor, visit=visit.pk)
    return visit


@transaction.atomic
def finish_visit(
    visit: GroupVisit,
    *,
    done_on: dt.date,
    result: str,
    actor: Actor,
    next_step: str = "",
    next_on: dt.date | None = None,
    next_kind: str = GroupVisit.Kind.CALL,
) -> GroupVisit:
    """Writes what came of a planned contact, and plans the next step where one is named.

    Refused without a result, for a step without a day or before this contact, and for what is finished already.
    """
    visit = _open(visit)
    if not result.strip():
        raise UnitError(_("A result is needed."))
    if bool(next_step.strip()) != bool(next_on):
        raise UnitError(_("The next step needs both words and a day."))
    if next_on and next_on < done_on:
        raise UnitError(_("The next step lies before this contact."))
    visit.done_on, visit.result = done_on, result.strip()
    visit.save(update_fields=["done_on", "result"])
    record("groups.visit.finish", visit.group, actor=actor, visit=visit.pk)
    if next_on:
        step = {"kind": next_kind, "planned_on": next_on, "purpose": next_step.strip()[:200], "follows": visit}
        plan_visit(visit.group, {**step, "contact": visit.contact, "staff": visit.staff}, actor=actor)
    return visit


@transaction.atomic
def call_off(visit: GroupVisit, *, on: dt.date, reason: str, actor: Actor) -> GroupVisit:
    """A planned contact is not made. Refused without a reason and for what is finished already."""
    visit = _open(visit)
    if not reason.strip():
        raise UnitError(_("A reason is needed."))
    visit.called_off_on, visit.called_off_reason = on, reason.strip()[:200]
    visit.save(update_fields=["called_off_on", "called_off_reason"])
    record("groups.visit.call_off", visit.group, actor=actor, visit=visit.pk)
    return visit


def call_off_all(group: GroupCustomer, *, on: dt.date, reason: str, actor: Actor) -> int:
    """Every contact still planned with the unit is not made, each on record; answers how many."""
    waiting = list(GroupVisit.objects.open().filter(group=group).select_for_update().order_by("pk"))
    for visit in waiting:
        call_off(visit, on=on, reason=reason, actor=actor)
    return len(waiting)


def _open(visit: GroupVisit) -> GroupVisit:
    visit = GroupVisit.objects.select_for_update(of=("self",)).select_related("group__owner").get(pk=visit.pk)
    if not visit.is_open:
        raise UnitError(_("This contact is finished already."))
    return visit
