"""What somebody reads who is asked to approve a campaign: how many get it, over which channel, when, under which
subject, and who asks.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.domain import audience, occasions
from campaigns.domain.audience import Counted
from campaigns.domain.errors import CampaignError
from campaigns.domain.variables import in_words
from campaigns.models import Campaign, CampaignChange
from campaigns.models.querysets import CampaignQuerySet
from content.models import Language
from hospital_crm.shell import wording
from patients.domain.segments.keeping import title_of

Facts = list[tuple[str, str]]


def asked_of(one: Campaign, *, now: dt.datetime) -> dict[str, Any]:
    """The facts beside the approval of a campaign, and the verb on its button, with the number where it is known."""
    counted, problem = _counted(one, now)
    facts = _facts(one, counted, problem, _who_asked([one], now)[one.pk], now)
    return {"facts": facts, "action": _verb(counted)}


def asked_of_each(campaigns: CampaignQuerySet, *, now: dt.datetime) -> list[tuple[str, Facts]]:
    """Of several that are approved together, under the name of each what `asked_of` tells of it."""
    rows = list(campaigns.select_related("segment").prefetch_related("texts"))
    asked = _who_asked(rows, now)
    return [(one.name, _facts(one, *_counted(one, now), asked[one.pk], now)) for one in rows]


def _facts(one: Campaign, counted: Counted | None, problem: str, asked: str, now: dt.datetime) -> Facts:
    return [
        (_("Channel"), one.get_channel_display()),
        (_("Segment"), _segment(one)),
        (_("Messages that go out"), _going_out(counted) if counted else problem),
        *([(_("Held out"), _held_out(counted))] if counted and counted.held_out else []),
        *_times(one, now),
        *_subjects(one),
        (_("Sent for approval by"), asked),
    ]


def _counted(one: Campaign, now: dt.datetime) -> tuple[Counted | None, str]:
    """The audience of this moment, or why there is no number to tell."""
    if one.stands:
        return None, _("Everybody of the segment for whom it is the day, asked anew each time.")
    try:
        counted = audience.count(one, now=now, within=audience.ASK_MS)
    except CampaignError as refusal:
        return None, str(refusal)
    return counted, _("Counting took too long. It is counted when the campaign starts.")


def _segment(one: Campaign) -> str:
    if one.segment is None:
        return "—"
    return f"{title_of(one.segment)} · {_('version %(n)s') % {'n': one.segment_version}}"


def _going_out(counted: Counted) -> str:
    said = {"number": wording.number(counted.goes_out), "all": wording.number(counted.people)}
    if counted.holdout_percent:
        return _("about %(number)s, of %(all)s people of the segment") % said
    return _("%(number)s, of %(all)s people of the segment") % said


def _held_out(counted: Counted) -> str:
    said = {"number": wording.number(counted.held_out), "percent": counted.holdout_percent}
    return _("about %(number)s people (%(percent)s %%) get nothing") % said


def _times(one: Campaign, now: dt.datetime) -> Facts:
    """When the first of it leaves, and until when."""
    number = str(one.occasion_number or "")
    named = [
        (_("Occasion"), " · ".join(filter(None, [occasions.words_of(one.occasion), number]))),
        (_("Start"), wording.moment(one.starts_at, now) if one.starts_at else _("once approved")),
        (_("At the latest"), wording.moment(one.latest_start_at, now) if one.latest_start_at else ""),
        (_("Nothing leaves after"), wording.moment(one.ends_at, now) if one.ends_at else ""),
        (_("An hour"), wording.number(one.per_hour) if one.per_hour else _("as fast as they go")),
    ]
    return [(label, words) for label, words in named if words]


def _subjects(one: Campaign) -> Facts:
    """The subject in each language; of what has none, its words."""
    named = dict(Language.choices)
    label = _("Subject or text")
    return [
        (f"{label} · {named.get(text.language, '')}", in_words(text.subject or text.body)) for text in one.texts.all()
    ]


def _who_asked(campaigns: Sequence[Campaign], now: dt.datetime) -> dict[int, str]:
    """Who sent each for approval the last time, and when."""
    sent = CampaignChange.objects.filter(campaign__in=campaigns, state=Campaign.State.IN_APPROVAL)
    last = sent.select_related("by").order_by("campaign_id", "-pk").distinct("campaign_id")
    said = {one.campaign_id: f"{one.by or '—'} · {wording.moment(one.at, now)}" for one in last}
    return {one.pk: said.get(one.pk, "—") for one in campaigns}


def _verb(counted: Counted | None) -> str:
    if counted is None:
        return _("Approve")
    n = counted.goes_out
    said = {"n": wording.number(n)}
    if counted.holdout_percent:
        return ngettext("Approve about %(n)s message", "Approve about %(n)s messages", n) % said
    return ngettext("Approve %(n)s message", "Approve %(n)s messages", n) % said
