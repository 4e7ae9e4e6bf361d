"""A campaign that people do not want, or whose addresses are wrong, stops itself (PRODUCT §2; complaints from 0.3 %,
hard bounces from 5 % of what has left, once a hundred messages have). Where somebody lets it go on nevertheless, the
next hundred are counted anew.
"""

import datetime as dt

from django.utils.translation import gettext as _

from campaigns.domain import running, sendings
from campaigns.models import Campaign


def pause_unwanted(campaign_id: int, *, now: dt.datetime) -> bool:
    """Pauses the campaign where complaints or hard bounces have become too many; whether it did."""
    campaign = Campaign.objects.filter(pk=campaign_id, state=Campaign.State.RUNNING).first()
    if campaign is None:
        return False
    came = sendings.unwanted(campaign.batch, since=_went_on_at(campaign))
    if not came.is_too_much:
        return False
    said = {"complaints": f"{came.complaint_rate:.2%}", "bounces": f"{came.hard_bounce_rate:.2%}"}
    reason = _("Paused by itself: complaints %(complaints)s, addresses that do not exist %(bounces)s.") % said
    running.pause(campaign, reason=reason, actor=None, now=now)
    return True


def _went_on_at(campaign: Campaign) -> dt.datetime | None:
    """When somebody let the campaign go on after it had last stopped itself."""
    stopped = campaign.changes.filter(state=Campaign.State.PAUSED, by__isnull=True).order_by("pk").last()
    if stopped is None:
        return None
    rows = campaign.changes.filter(state=Campaign.State.RUNNING, pk__gt=stopped.pk).order_by("pk")
    return rows.values_list("at", flat=True).first()
