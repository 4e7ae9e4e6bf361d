"""Handing units from one liaison to another, with the reason; the open visits and deals go along."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import StaffMember
from groups.domain.errors import UnitError
from groups.models import GroupCustomer, GroupVisit, Opportunity, OwnerChange
from messaging.domain.outbox import enqueue
from messaging.models import Channel
from messaging.recipients import ToStaff

HANDED = "groups.handed"
NO_LIAISON = gettext_lazy("Units are looked after by a liaison or a manager of the centre.")


def liaisons() -> QuerySet[StaffMember]:
    """Those who may look after units."""
    return StaffMember.objects.active().holding("liaison", "centre_manager")


@transaction.atomic
def hand_over(
    group_ids: Sequence[int], *, to: StaffMember, reason: str, actor: Actor, now: dt.datetime
) -> list[GroupCustomer]:
    """The units go to that liaison, who is told; answers those that changed hands.

    Only units the actor may see; those that are his already stay as they are. Refused without a reason, and for
    somebody who does not work here as liaison or manager of the centre.
    """
    if not reason.strip():
        raise UnitError(_("A reason is needed."))
    if not liaisons().filter(pk=to.pk).exists():
        raise UnitError(str(NO_LIAISON))
    units = GroupCustomer.objects.visible_to(actor).filter(pk__in=group_ids).exclude(owner=to)
    return _hand(units, to=to, reason=reason.strip()[:200], actor=actor, now=now)


@transaction.atomic
def hand_back(
    group_ids: Sequence[int], *, to: StaffMember | None, actor: Actor, now: dt.datetime
) -> list[GroupCustomer]:
    """A hand-over is undone: the units go back to who had them, or to nobody."""
    units = GroupCustomer.objects.out_of_bin().filter(pk__in=group_ids)
    return _hand(units, to=to, reason=_("the hand-over was undone"), actor=actor, now=now)


def _hand(
    rows: QuerySet[GroupCustomer], *, to: StaffMember | None, reason: str, actor: Actor, now: dt.datetime
) -> list[GroupCustomer]:
    units = list(rows.select_for_update().order_by("pk"))
    if not units:
        return []
    before = {unit.pk: unit.owner_id for unit in units}
    OwnerChange.objects.bulk_create(
        OwnerChange(group=unit, before_id=before[unit.pk], after=to, reason=reason, by=actor.staff, at=now)
        for unit in units
    )
    GroupCustomer.objects.filter(pk__in=before).update(owner=to)
    GroupVisit.objects.open().filter(group_id__in=before).update(staff=to)
    Opportunity.objects.open().filter(group_id__in=before).update(staff=to)
    after = {"owner": to.pk if to else None}
    record("groups.units.hand_over", actor=actor, units=list(before), after=after, reason=reason)
    if to is not None and to.pk != actor.staff.pk:
        _tell(to, units, now)
    return units


def _tell(to: StaffMember, units: list[GroupCustomer], now: dt.datetime) -> None:
    enqueue(
        purpose=HANDED,
        recipient=ToStaff(to),
        channel=Channel.BELL,
        template=HANDED,
        key=f"{HANDED}-{to.pk}-{now.timestamp():.6f}-{units[0].pk}",
        context={"count": len(units)},
        link=("groups:day",),
        now=now,
    )
