"""Who lets a campaign go: its author sends it for approval, a second person approves it
(docs/decisions/0008-four-eyes.md tells why nobody does both).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.calendar import today
from campaigns.domain import checks, states, ways
from campaigns.domain.checks import Finding
from campaigns.domain.errors import CampaignError
from campaigns.models import Campaign, CampaignText
from content.domain import reading
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.dressing import sender_here
from patients.models import Segment

State = Campaign.State
# What is gone where nobody has approved a campaign: also by which version of its segment it goes.
UNSIGNED: dict[str, Any] = {"approved_by": None, "approved_at": None, "segment_version": None}


def findings_of(
    campaign: Campaign, *, now: dt.datetime, texts: Iterable[CampaignText] | None = None
) -> dict[str, list[Finding]]:
    """What is found in the words of each language; `texts` where they have been read already."""
    alt_of, day = dict(campaign.pictures.values_list("number", "said")), today(now=now)
    found = list(campaign.texts.all() if texts is None else texts)
    said: dict[str, Any] = {"day": day, "alt_of": alt_of, "has_address": has_postal_address()}
    said["way"] = ways.way_of(campaign.channel)
    told = reading.told_of({block.get("article", "") for text in found for block in text.blocks} - {""})
    return {
        text.language: checks.findings(campaign, text, articles=told.get(text.language, {}), **said) for text in found
    }


def has_postal_address() -> bool:
    """Whether mails of this hospital can say from where they come."""
    return bool(sender_here(required_hospital()).postal_address.strip())


@transaction.atomic
def submit(campaign: Campaign, *, actor: Actor, now: dt.datetime) -> None:
    """A draft, or what missed its start, goes to a second person, to whom the segment asks at this moment: whatever is
    changed in the segment afterwards is not approved with it. Refuses one without words or audience, with words that
    something stops, and with a latest start or an end that is over.
    """
    if campaign.segment is None or campaign.segment.is_retired:
        raise CampaignError(_("Choose a segment: who is written to."), "segment")
    found = findings_of(campaign, now=now)
    if not found:
        raise CampaignError(_("The campaign has no words yet."))
    _refuse_what_stops(found)
    if campaign.latest_start_at is not None and campaign.latest_start_at <= now:
        raise CampaignError(_("The latest start is over. Give the campaign another time."), "latest_start_at")
    if campaign.is_over(now):
        raise CampaignError(_("The end is over. Give the campaign another time."), "ends_at")
    kept: dict[str, Any] = {"segment_version": Segment.objects.get(pk=campaign.segment.pk).version}
    states.move(campaign, State.IN_APPROVAL, verb="campaigns.campaign.submit", actor=actor, now=now, **kept)


def take_back(campaign: Campaign, *, actor: Actor, now: dt.datetime) -> None:
    """A campaign that has not started is a draft again, and nobody has approved it."""
    states.move(campaign, State.DRAFT, verb="campaigns.campaign.take_back", actor=actor, now=now, **UNSIGNED)


def may_approve(campaign: Campaign, actor: Actor) -> bool:
    """Whether the actor is a second person for this campaign."""
    waits = campaign.state == State.IN_APPROVAL
    return waits and actor.can("campaigns.approve") and actor.staff.pk not in campaign.writers


@transaction.atomic
def approve(campaign: Campaign, *, seen_at: dt.datetime | None, actor: Actor, now: dt.datetime) -> None:
    """The campaign goes at its time; at once where it has none. `seen_at`: since when what the actor has read waits.
    Refuses whoever wrote of it, what was sent for approval anew since it was read, and what something stops by now.
    """
    held = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if seen_at is None or held.state_at > seen_at:
        raise CampaignError(_("The campaign was sent for approval anew since you read it. Read it once more."))
    if actor.staff.pk in held.writers:
        raise CampaignError(_("Whoever wrote of a campaign does not approve it."))
    _refuse_what_stops(findings_of(campaign, now=now))
    signed: dict[str, Any] = {"approved_by": actor.staff, "approved_at": now, "starts_at": campaign.starts_at or now}
    states.move(campaign, State.SCHEDULED, verb="campaigns.campaign.approve", actor=actor, now=now, **signed)


def send_back(campaign: Campaign, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A campaign that waits for approval is a draft again, with what has to be mended."""
    if campaign.state != State.IN_APPROVAL:
        raise CampaignError(_("The campaign is in another state by now. Look at it once more."))
    verb = "campaigns.campaign.send_back"
    states.move(campaign, State.DRAFT, verb=verb, actor=actor, now=now, reason=reason, **UNSIGNED)


def _refuse_what_stops(found: Mapping[str, Sequence[Finding]]) -> None:
    """CampaignError with everything that stops it, each once, and the field of the first."""
    stops = [one for some in found.values() for one in some if one.stops]
    if stops:
        raise CampaignError(" ".join(dict.fromkeys(one.text for one in stops)), stops[0].field)
