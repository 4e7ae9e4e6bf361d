"""Business that may come from units: noticed, brought forward step by step, won or lost."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from groups.domain.errors import UnitError
from groups.models import GroupCustomer, Opportunity


@transaction.atomic
def open_deal(group: GroupCustomer, values: Mapping[str, Any], *, actor: Actor) -> Opportunity:
    """A deal in sight; the liaison in charge of the unit brings it forward."""
    deal = Opportunity.objects.create(group=group, staff=group.owner or actor.staff, **values)
    record("groups.deal.open", group, actor=actor, deal=deal.pk)
    return deal


@transaction.atomic
def bring_forward(
    deal: Opportunity, *, step: int, amount: Any = None, expected_on: dt.date | None = None, actor: Actor
) -> Opportunity:
    """The deal is in another step, or its value or day is seen differently. Refused for one that is closed."""
    deal = _open(deal)
    before = {"step": deal.step, "amount": str(deal.amount), "expected_on": deal.expected_on.isoformat()}
    deal.step = Opportunity.Step(step)
    deal.amount = deal.amount if amount is None else amount
    deal.expected_on = expected_on or deal.expected_on
    deal.save(update_fields=["step", "amount", "expected_on"])
    record("groups.deal.forward", deal.group, actor=actor, before=before, deal=deal.pk, step=deal.step)
    return deal


@transaction.atomic
def close_deal(deal: Opportunity, *, won: bool, reason: str, on: dt.date, actor: Actor) -> Opportunity:
    """The deal is won, or lost for a reason. Refused for one that is closed, and a loss without a reason."""
    deal = _open(deal)
    if not won and not reason.strip():
        raise UnitError(_("Say why the deal was lost."))
    deal.state = Opportunity.State.WON if won else Opportunity.State.LOST
    deal.reason, deal.closed_on = reason.strip()[:200], on
    deal.save(update_fields=["state", "reason", "closed_on"])
    record("groups.deal.close", deal.group, actor=actor, deal=deal.pk, state=deal.state)
    return deal


def _open(deal: Opportunity) -> Opportunity:
    deal = Opportunity.objects.select_for_update(of=("self",)).select_related("group").get(pk=deal.pk)
    if deal.state != Opportunity.State.OPEN:
        raise UnitError(_("This deal is closed."))
    return deal
