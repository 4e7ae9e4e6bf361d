"""Handing units from one liaison to another, with the reason; the open visits and deals go along."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import StaffMember
from groups.domain.errors import UnitError
from groups.models import GroupCustomer, GroupVisit, Opportunity, OwnerChange
from messaging.domain.outbox import enqueue
from messaging.models import Channel

HANDED = "groups.handed"


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
    if not StaffMember.objects.active().holding("liaison", "centre_manager").filter(pk=to.pk).exists():
        raise UnitError(_("Units are looked after by a liaison or a manager of the centre."))
    rows = GroupCustomer.objects.visible_to(actor).filter(pk__in=group_ids).exclude(owner=to)
    units = list(rows.select_for_update().order_by("pk"))
    if not units:
        return []
    before = {unit.pk: unit.owner_id for unit in units}
    OwnerChange.objects.bulk_create(
        OwnerChange(
            group=unit, before_id=before[unit.pk], after=to, reason=reason.strip()[:200], by=actor.staff, at=now
        )
        for unit in units
    )
    GroupCustomer.objects.filter(pk__in=before).update(owner=to)
    GroupVisit.objects.open().filter(group_id__in=before).update(staff=to)
    Opportunity.objects.open().filter(group_id__in=before).update(staff=to)
    record("groups.units.hand_over", actor=actor, units=list(before), after={"owner": to.pk}, reason=reason.strip())
    if to.pk != actor.staff.pk:
        _tell(to, len(units), now)
    return units


def all_of(owner: StaffMember | None, actor: Actor) -> list[int]:
    """Ids of the units of a liaison, or of nobody, that the actor may hand over."""
    return list(GroupCustomer.objects.visible_to(actor).filter(owner=owner).values_list("pk", flat=True))


def _tell(to: StaffMember, count: int, now: dt.datetime) -> None:
    enqueue(
        purpose=HANDED,
        staff=to,
        channel=Channel.BELL,
        template=HANDED,
        key=f"{HANDED}-{to.pk}-{now.timestamp():.6f}",
        context={"count": count},
        link=("groups:day",),
        now=now,
    )
