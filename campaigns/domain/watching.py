"""A campaign that people do not want, or whose addresses are wrong, stops itself (PRODUCT §2; complaints from 0.3 %,
hard bounces from 5 % of what has left, once a hundred messages have).
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
    came = sendings.unwanted(campaign.batch)
    if not came.is_too_much:
        return False
    said = {"complaints": f"{came.complaint_rate:.2%}", "bounces": f"{came.hard_bounce_rate:.2%}"}
    reason = _("Paused by itself: complaints %(complaints)s, addresses that do not exist %(bounces)s.") % said
    running.pause(campaign, reason=reason, actor=None, now=now)
    return True
