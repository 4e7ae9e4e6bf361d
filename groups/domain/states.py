"""The states of cooperation with a unit, and which may follow which."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from groups.domain.errors import UnitError
from groups.domain.visits import call_off_all
from groups.models import Contract, GroupCustomer, StatusChange

Status = GroupCustomer.Status

# By hand. Signed comes of a contract alone.
MOVES: dict[str, tuple[str, ...]] = {
    Status.NEARBY: (Status.NEGOTIATING, Status.ENDED),
    Status.NEGOTIATING: (Status.NEARBY, Status.ENDED),
    Status.SIGNED: (Status.ENDED,),
    Status.ENDED: (Status.NEARBY, Status.NEGOTIATING),
}


@transaction.atomic
def change_state(group: GroupCustomer, after: str, *, reason: str, actor: Actor, now: dt.datetime) -> GroupCustomer:
    """Moves a unit to another state, with the reason; where it ends, what is still planned with it is called off for
    that reason. Refused for a move that is none, without a reason, and for ending while a contract is in force.
    """
    group = GroupCustomer.objects.select_for_update().get(pk=group.pk)
    if after not in MOVES[group.status]:
        raise UnitError(_("The unit cannot go from its state to that one."))
    if not reason.strip():
        raise UnitError(_("A reason is needed."))
    if after == Status.ENDED and Contract.objects.valid_on(today(now=now)).filter(group=group).exists():
        raise UnitError(_("A contract is in force: end it first."))
    if after == Status.ENDED:
        said = _("Cooperation ended: %(reason)s") % {"reason": reason.strip()}
        call_off_all(group, on=today(now=now), reason=said, actor=actor)
    return move(group, after, reason=reason.strip(), actor=actor, now=now)


def move(group: GroupCustomer, after: str, *, reason: str, actor: Actor | None, now: dt.datetime) -> GroupCustomer:
    """Writes the state and its history; a unit that is there already stays as it is."""
    if group.status == after:
        return group
    before, group.status = group.status, after
    group.save(update_fields=["status"])
    staff = actor.staff if actor else None
    StatusChange.objects.create(group=group, before=before, after=after, reason=reason[:200], by=staff, at=now)
    record("groups.unit.state", group, actor=actor, before={"status": before}, after={"status": after})
    return group
