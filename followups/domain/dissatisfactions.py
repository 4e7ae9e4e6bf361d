"""What people are not content with (不满及处理): heard in a call, owned by somebody, handled, settled."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import StaffMember
from followups.domain.errors import FollowUpError
from followups.domain.ladder import Ladder
from followups.models import Dissatisfaction, FollowUpOrder


class HandlingMissing(FollowUpError):
    """Nothing is settled without saying how."""

    message = _("Write how it was handled.")


@dataclass(frozen=True)
class Complaint:
    """What was said, in the words of the call."""

    cause: str
    text: str = ""
    handling: str = ""


def hear(*, order: FollowUpOrder, complaint: Complaint, actor: Actor, now: dt.datetime) -> Dissatisfaction:
    """Somebody was not content: kept with an owner, the head of the department where there is one."""
    owners = Ladder().heads(order.department_id)
    row = Dissatisfaction.objects.create(
        order=order,
        patient_id=order.patient_id,
        department_id=order.department_id,
        cause=complaint.cause,
        text=complaint.text.strip(),
        handling=complaint.handling.strip(),
        owner_id=owners[0] if owners else None,
        state=Dissatisfaction.State.HANDLING if complaint.handling.strip() else Dissatisfaction.State.OPEN,
        heard_by=actor.staff,
        heard_at=now,
    )
    audit.record("followups.dissatisfaction.hear", row, actor=actor, after={"cause": row.cause})
    return row


@transaction.atomic
def handle(
    *,
    dissatisfaction: Dissatisfaction,
    handling: str,
    actor: Actor,
    now: dt.datetime,
    is_settled: bool = False,
    owner: StaffMember | None = None,
) -> Dissatisfaction:
    """Writes what was done about it; settles it, or passes it to another owner. Refuses settling without handling."""
    row = Dissatisfaction.objects.select_for_update().get(pk=dissatisfaction.pk)
    before = row.state
    row.handling = handling.strip() or row.handling
    if is_settled and not row.handling:
        raise HandlingMissing
    row.state = Dissatisfaction.State.SETTLED if is_settled else Dissatisfaction.State.HANDLING
    row.settled_at = now if is_settled else None
    if owner is not None:
        row.owner = owner
    row.save(update_fields=["handling", "state", "settled_at", "owner"])
    audit.record(
        "followups.dissatisfaction.handle", row, actor=actor, before={"state": before}, after={"state": row.state}
    )
    return row
