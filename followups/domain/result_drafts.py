"""The draft of a result belongs to who wrote it: whoever else opens the order reads its words, and chooses for himself.

It is kept with the order under its writer, and beside it what another had written before, so that no half-written text
is lost when the order changes hands. Both go when a result is sent.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor
from accounts.models import StaffMember
from followups.models import FollowUpOrder

_WRITER, _AT, _BEFORE = "written_by", "written_at", "before"


@dataclass(frozen=True)
class Left:
    """What another wrote and did not send: the fields of the form, who, when. Of old drafts nobody knows who."""

    fields: Mapping[str, Any]
    by: str
    at: dt.datetime | None


def own(order: FollowUpOrder, actor: Actor) -> Mapping[str, Any]:
    """The fields of the draft that the actor wrote; none where it is another's."""
    kept = _kept(order)
    return kept if kept.get(_WRITER) == actor.staff.pk else {}


def of_another(order: FollowUpOrder, actor: Actor) -> Left | None:
    """What somebody else has left in this order."""
    left = _left(order, actor)
    if not left:
        return None
    writer = StaffMember.objects.filter(pk=left.get(_WRITER, 0)).first()
    at = left.get(_AT)
    return Left(left, writer.name if writer else "", dt.datetime.fromisoformat(at) if at else order.draft_at)


def written(order: FollowUpOrder, fields: Mapping[str, Any], *, actor: Actor, now: dt.datetime) -> dict[str, Any]:
    """The draft to be kept: these fields, and what another had left."""
    kept = {**fields, _WRITER: actor.staff.pk, _AT: now.isoformat()}
    left = {name: value for name, value in _left(order, actor).items() if name != _BEFORE}
    return {**kept, _BEFORE: left} if left else kept


def _left(order: FollowUpOrder, actor: Actor) -> Mapping[str, Any]:
    kept = _kept(order)
    return kept.get(_BEFORE, {}) if own(order, actor) else kept


def _kept(order: FollowUpOrder) -> Mapping[str, Any]:
    return order.draft if isinstance(order.draft, dict) else {}
