"""How a campaign runs: it starts at its time or is held, its audience is frozen, its messages are given to the outbox
in batches, and it ends when all of them have left.

Each step is done once whatever runs twice: the state is moved under its condition, a person has one row, and a message
one key. What was handed over is never sent again; only what certainly failed is tried once more, when somebody says so.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import day_end
from campaigns.domain import audience, kinds, occasions, sendings, states
from campaigns.domain.deciding import UNSIGNED
from campaigns.domain.errors import CampaignError
from campaigns.models import Campaign, CampaignRecipient, Greeting
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain import batches, letters
from messaging.domain.outbox import Notice, enqueue_all
from messaging.models import Channel
from messaging.recipients import ToPerson

State = Campaign.State
FEED_TASK = "campaigns.feed"
BATCH = 500
# So many messages that could go wait in the outbox at most, so that a pause holds nearly all of a campaign where it is.
AHEAD = 2_000
_HOUR, _MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
# So long the outbox may try a message again.
_LINGERS = dt.timedelta(days=3)


def due_to_start(now: dt.datetime) -> list[int]:
    """Ids of the campaigns whose time has come."""
    rows = Campaign.objects.filter(state=State.SCHEDULED, starts_at__lte=now).order_by("starts_at", "pk")
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def start(campaign_id: int, *, now: dt.datetime) -> Campaign | None:
    """Freezes the audience that was approved, unless the campaign stands, and begins; holds the campaign for approval
    where its latest start or its end was missed. None where it has been started, taken back or cancelled by somebody
    else.
    """
    rows = Campaign.objects.select_for_update(of=("self",), skip_locked=True).select_related("segment")
    campaign = rows.filter(pk=campaign_id, state=State.SCHEDULED, starts_at__lte=now).first()
    if campaign is None or campaign.segment is None:
        return None
    if campaign.is_over(now) or (campaign.latest_start_at is not None and campaign.latest_start_at < now):
        reason, verb = _("The latest start was missed."), "campaigns.campaign.miss"
        states.move(campaign, State.HELD, verb=verb, actor=None, now=now, reason=reason, **UNSIGNED)
        return campaign
    found = {} if campaign.stands else audience.freeze(campaign, now=now).outcomes
    kept: dict[str, Any] = {"started_at": now, "counted": found}
    states.move(campaign, State.RUNNING, verb="campaigns.campaign.start", actor=None, now=now, **kept)
    feed_on_commit(campaign)
    return campaign


def feed_on_commit(campaign: Campaign) -> None:
    """A worker feeds the campaign, as soon as what was done about it stands."""
    queue_on_commit(FEED_TASK, campaign.pk, queue="bulk")


@transaction.atomic
def feed(campaign_id: int, *, now: dt.datetime) -> int:
    """Gives the next messages to the outbox, as many as the rate allows; answers how many. Ends the campaign where
    nothing is left, or its end is over. Does nothing while it is paused, or while somebody else feeds it.
    """
    rows = Campaign.objects.select_for_update(of=("self",), skip_locked=True)
    campaign = rows.filter(pk=campaign_id, state=State.RUNNING).first()
    if campaign is None:
        return 0
    waiting = _waiting(campaign) if not campaign.is_over(now) else CampaignRecipient.objects.none()
    limit = min(BATCH, _room(campaign, now))
    people = list(waiting.order_by("pk")[:limit]) if limit > 0 else []
    if people:
        enqueue_all(_notices(campaign, people), now=now)
        waiting.filter(pk__in=[one.pk for one in people]).update(queued_at=now)
    elif not campaign.stands and not waiting.exists() and not sendings.is_under_way(campaign.batch):
        states.move(campaign, State.DONE, verb="campaigns.campaign.finish", actor=None, now=now, finished_at=now)
    return len(people)


def _room(campaign: Campaign, now: dt.datetime) -> int:
    """How many messages may be queued at this moment: in no hour more than the rate says, spread over its minutes."""
    ahead = AHEAD - sendings.waiting(campaign.batch, now)
    if not campaign.per_hour:
        return ahead
    rows = campaign.greetings if campaign.stands else campaign.recipients
    hour, minute = Q(queued_at__gt=now - _HOUR), Q(queued_at__gt=now - _MINUTE)
    queued = rows.filter(hour).aggregate(hour=Count("pk"), minute=Count("pk", filter=minute))
    return min(ahead, campaign.per_hour - queued["hour"], -(-campaign.per_hour // 60) - queued["minute"])


def _waiting(campaign: Campaign) -> Any:
    """Whose message is not queued yet."""
    if campaign.stands:
        return Greeting.objects.to_send().filter(campaign=campaign)
    return CampaignRecipient.objects.to_send().filter(campaign=campaign)


def _notices(campaign: Campaign, people: Iterable[CampaignRecipient | Greeting]) -> list[Notice]:
    purpose = kinds.purpose_of(campaign)
    return [
        Notice(
            purpose=purpose,
            recipient=ToPerson(one.patient_id),
            channel=campaign.channel,
            template=campaign.batch,
            key=key_of(campaign, one),
            not_after=_not_after(campaign, one),
            urgency="bulk",
            batch=campaign.batch,
        )
        for one in people
    ]


def _not_after(campaign: Campaign, one: CampaignRecipient | Greeting) -> dt.datetime | None:
    """A greeting that could not leave on its day stays; a campaign that is sent once has all the time it needs, unless
    it has an end.
    """
    if isinstance(one, Greeting):
        return day_end(occasions.last_day_of(one), required_hospital())
    return campaign.ends_at


def key_of(campaign: Campaign, one: CampaignRecipient | Greeting) -> str:
    """What the outbox calls the message to this person; a greeting is one of its day."""
    day = f":{one.on:%Y%m%d}" if isinstance(one, Greeting) else ""
    return f"{campaign.batch}:{one.patient_id}{day}"


@transaction.atomic
def pause(campaign: Campaign, *, reason: str, actor: Actor | None, now: dt.datetime) -> None:
    """Nothing more is queued, and what waits in the outbox is held there. What is on its way arrives."""
    verb = "campaigns.campaign.pause" if actor else "campaigns.campaign.stop_itself"
    states.move(campaign, State.PAUSED, verb=verb, actor=actor, now=now, reason=reason)
    batches.pause(campaign.batch, now=now)


def keep_still(*, now: dt.datetime) -> int:
    """What came back into the outbox after a campaign was paused or cancelled, because its other side postponed it,
    stays too; answers how many.
    """
    held = 0
    for campaign in Campaign.objects.filter(state=State.PAUSED):
        held += batches.pause(campaign.batch, now=now)
    for campaign in Campaign.objects.filter(state=State.CANCELLED, state_at__gt=now - _LINGERS):
        held += call_back(campaign, now=now)
    return held


@transaction.atomic
def resume(campaign: Campaign, *, actor: Actor, now: dt.datetime) -> None:
    """Goes on where it was paused."""
    states.move(campaign, State.RUNNING, verb="campaigns.campaign.resume", actor=actor, now=now)
    batches.resume(campaign.batch, now=now)
    feed_on_commit(campaign)


@transaction.atomic
def cancel(campaign: Campaign, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Ends the campaign for good; what has not left the house never does."""
    states.move(
        campaign,
        State.CANCELLED,
        verb="campaigns.campaign.cancel",
        actor=actor,
        now=now,
        reason=reason,
        finished_at=now,
    )
    call_back(campaign, now=now)


def call_back(campaign: Campaign, *, now: dt.datetime) -> int:
    """What waits of a campaign in the outbox, or as a letter that is not printed yet, does not leave; answers how many
    messages.
    """
    in_outbox = batches.call_back(campaign.batch, now=now)
    return in_outbox + (letters.call_back(campaign.batch, now=now) if campaign.channel == Channel.LETTER else 0)


@transaction.atomic
def retry_failed(campaign: Campaign, *, actor: Actor, now: dt.datetime) -> int:
    """Messages that were given up without having been taken are tried once more; answers how many. What has an unknown
    outcome is never among them. Refused for a campaign that is not sending or sent.
    """
    held = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if held.state not in (State.RUNNING, State.DONE):
        raise CampaignError(_("There is nothing to try again."))
    found = batches.retry(held.batch, now=now)
    record("campaigns.campaign.retry", held, actor=actor, messages=found)
    if found and held.state == State.DONE:
        states.move(held, State.RUNNING, verb="campaigns.campaign.resume", actor=actor, now=now)
    return found
