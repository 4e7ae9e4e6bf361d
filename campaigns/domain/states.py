"""Which state of a campaign follows which, in one place. Every move is kept with its moment, reason and who made it."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from campaigns.domain.errors import CampaignError
from campaigns.models import Campaign, CampaignChange

State = Campaign.State
COMES_FROM: dict[str, frozenset[str]] = {
    State.IN_APPROVAL: frozenset({State.DRAFT, State.HELD}),
    State.DRAFT: frozenset({State.IN_APPROVAL, State.SCHEDULED, State.HELD}),
    State.SCHEDULED: frozenset({State.IN_APPROVAL}),
    State.HELD: frozenset({State.SCHEDULED}),
    State.RUNNING: frozenset({State.SCHEDULED, State.PAUSED, State.DONE}),
    State.PAUSED: frozenset({State.RUNNING}),
    State.DONE: frozenset({State.RUNNING}),
    State.CANCELLED: frozenset(
        {State.DRAFT, State.IN_APPROVAL, State.SCHEDULED, State.HELD, State.RUNNING, State.PAUSED}
    ),
}


@transaction.atomic
def move(
    campaign: Campaign,
    state: str,
    *,
    verb: str,
    actor: Actor | None,
    now: dt.datetime,
    reason: str = "",
    **fields: Any,
) -> None:
    """Brings a campaign into a state, once, whoever asks at the same moment. CampaignError where it cannot come from
    where it is.
    """
    rows = Campaign.objects.filter(pk=campaign.pk, state__in=COMES_FROM[state])
    values = {"state": state, "state_at": now, "reason": reason.strip()[:300], **fields}
    before = campaign.state
    if not rows.update(**values):
        raise CampaignError(_("The campaign is in another state by now. Look at it once more."))
    for name, value in values.items():
        setattr(campaign, name, value)
    CampaignChange.objects.create(
        campaign=campaign, at=now, state=state, by=actor.staff if actor else None, reason=values["reason"]
    )
    record(verb, campaign, actor=actor, before={"state": before}, after={"state": state})


def may_follow(campaign: Campaign, state: str) -> bool:
    """Whether the campaign can come into this state from where it is."""
    return campaign.state in COMES_FROM[state]
