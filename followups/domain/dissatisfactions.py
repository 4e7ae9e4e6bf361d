"""What people are not content with (不满及处理): heard in a call, owned by somebody, handled, asked again, settled."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import StaffMember
from followups.domain import refusals
from followups.domain.errors import FollowUpError
from followups.domain.ladder import Ladder
from followups.models import Dissatisfaction, DissatisfactionEntry, FollowUpOrder
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff

_State, _Kind = Dissatisfaction.State, DissatisfactionEntry.Kind


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
    """Somebody was not content: kept with an owner, the head of the department where there is one, who is told."""
    owners = Ladder().heads(order.department_id)
    row = Dissatisfaction.objects.create(
        order=order,
        patient_id=order.patient_id,
        department_id=order.department_id,
        cause=complaint.cause,
        text=complaint.text.strip(),
        handling=complaint.handling.strip(),
        owner_id=owners[0] if owners else None,
        state=_State.HANDLING if complaint.handling.strip() else _State.OPEN,
        heard_by=actor.staff,
        heard_at=now,
    )
    _note(row, _Kind.HEARD, actor, now, row.handling)
    audit.record("followups.dissatisfaction.hear", row, actor=actor, after={"cause": row.cause})
    _tell_owner(row, actor, now)
    return row


def may_handle(actor: Actor, row: Dissatisfaction) -> bool:
    """The centre, the owner, and who supervises the department."""
    if actor.can("followups.review") or row.owner_id == actor.staff.pk:
        return True
    return actor.can("followups.supervise") and row.department_id in actor.supervised_department_ids


@transaction.atomic
def handle(
    *,
    dissatisfaction: Dissatisfaction,
    handling: str,
    actor: Actor,
    now: dt.datetime,
    is_settled: bool = False,
    owner: StaffMember | None = None,
    cause: str = "",
) -> Dissatisfaction:
    """Writes what was done about it; settles it, passes it to another owner, or takes it up again.

    Refuses who is neither centre, owner nor head; settling without handling; a step that says nothing.
    """
    row = Dissatisfaction.objects.select_for_update().get(pk=dissatisfaction.pk)
    if not may_handle(actor, row):
        raise refusals.NotAllowed
    words, before = handling.strip(), row.state
    passed_on = owner is not None and owner.pk != row.owner_id
    if not words and (not row.handling if is_settled else not passed_on):
        raise HandlingMissing
    row.handling, row.cause = words or row.handling, cause or row.cause
    row.owner = owner or row.owner
    _move(row, _State.SETTLED if is_settled else _State.HANDLING, now)
    _note(row, _Kind.SETTLED if is_settled else _Kind.HANDLED, actor, now, words)
    after = {"state": row.state, "cause": row.cause, "owner": row.owner_id}
    audit.record("followups.dissatisfaction.handle", row, actor=actor, before={"state": before}, after=after)
    if passed_on:
        _tell_owner(row, actor, now)
    return row


def asked_again(*, dissatisfaction: Dissatisfaction, is_content: bool, actor: Actor, now: dt.datetime) -> None:
    """The next caller asked: the person is content now, which settles it, or it still stands, which the owner is told.

    The caller holds the order of the call. What somebody settled meanwhile stays settled. What is written of it is in
    the hospital's language, whoever called.
    """
    row = Dissatisfaction.objects.select_for_update().get(pk=dissatisfaction.pk)
    if row.state == _State.SETTLED:
        return
    if is_content:
        with translation.override(required_hospital().language):
            row.handling = row.handling or gettext("The person said in a later call that it is settled.")
        _move(row, _State.SETTLED, now)
    _note(row, _Kind.CONTENT if is_content else _Kind.STANDS, actor, now, "")
    audit.record("followups.dissatisfaction.ask", row, actor=actor, after={"state": row.state})
    if not is_content:
        _tell_owner(row, actor, now)


def _move(row: Dissatisfaction, state: str, now: dt.datetime) -> None:
    row.state = state
    row.settled_at = now if state == _State.SETTLED else None
    row.save(update_fields=["handling", "cause", "state", "settled_at", "owner"])


def _note(row: Dissatisfaction, kind: str, actor: Actor, now: dt.datetime, text: str) -> None:
    DissatisfactionEntry.objects.create(
        dissatisfaction=row, kind=kind, at=now, by=actor.staff, owner_id=row.owner_id, text=text
    )


def _tell_owner(row: Dissatisfaction, actor: Actor, now: dt.datetime) -> None:
    """Whoever owns it hears of it by the bell, unless he did it himself."""
    if row.owner is None or row.owner_id == actor.staff.pk:
        return
    enqueue(
        purpose="followups.dissatisfaction",
        recipient=ToStaff(row.owner),
        channel="bell",
        template="followups.dissatisfaction",
        context={"cause": row.cause},
        link=("followups:dissatisfaction", row.public_id),
        key=f"followups.dissatisfaction:{row.pk}:{row.owner_id}:{now:%Y%m%d%H%M%S}",
        now=now,
    )
