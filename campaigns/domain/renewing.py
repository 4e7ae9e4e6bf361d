"""A medical advert that is still being sent when its review (医疗广告审查证明) runs out goes on under the next one."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from campaigns.domain import kinds, states
from campaigns.domain.errors import CampaignError
from campaigns.domain.running import State, feed_on_commit
from campaigns.models import Campaign
from messaging.domain import batches
from messaging.domain.releasing import release

_STARTED = (State.RUNNING, State.PAUSED, State.DONE)
_FIELDS = ("review_number", "review_until")


def may_renew(campaign: Campaign) -> bool:
    """Whether there is a review that may run out while messages wait."""
    return campaign.kind in kinds.ADVERTS and campaign.state in _STARTED


@transaction.atomic
def renew_review(
    campaign: Campaign, *, review_number: str, review_until: dt.date, actor: Actor, now: dt.datetime
) -> int:
    """Puts the new review into the advert; what was held because the old one had run out waits again, or stays with a
    paused campaign. Answers how many messages. Refuses a review that is over today.
    """
    held = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if not may_renew(held):
        raise CampaignError(_("This campaign has no review to renew."))
    if review_until < today(now=now):
        raise CampaignError(_("The review of this medical advert has expired."), "review_until")
    before = {name: str(getattr(held, name)) for name in _FIELDS}
    held.review_number, held.review_until = review_number, review_until
    held.save(update_fields=_FIELDS)
    found = release("review_over", batch=held.batch, now=now)
    after = {name: str(getattr(held, name)) for name in _FIELDS}
    record("campaigns.campaign.renew_review", held, actor=actor, before=before, after=after, messages=found)
    if held.state == State.PAUSED:
        batches.pause(held.batch, now=now)
    elif found and held.state == State.DONE:
        states.move(held, State.RUNNING, verb="campaigns.campaign.resume", actor=actor, now=now)
        feed_on_commit(held)
    return found
