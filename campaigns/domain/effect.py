"""What a campaign brought about in what people do: how many came within its days, of those written to and of those held
out, who were drawn at random from the same people. Everybody drawn counts, whether the message arrived or not.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.calendar import today
from campaigns.domain.intervals import Difference, difference
from campaigns.models import Campaign, CampaignRecipient
from hospital_crm.tenancy.scope import required_hospital

_CAME = """
select r.campaign_id, r.outcome, count(*), count(*) filter (where came.day is not null),
       count(*) filter (where came.day is not null and before.day is not null)
  from unnest(%(campaigns)s::bigint[], %(days)s::date[], %(untils)s::date[]) as c(id, day, until)
  join campaigns_campaignrecipient r on r.hospital_id = %(hospital)s and r.campaign_id = c.id
   and r.outcome in ('send', 'holdout')
  left join lateral (
      select e.admitted_on as day from patients_encounter e
       where e.hospital_id = r.hospital_id and e.patient_id = r.patient_id and not e.is_cancelled
         and e.admitted_on > c.day and e.admitted_on <= c.until limit 1) came on true
  left join lateral (
      select e.admitted_on as day from patients_encounter e
       where came.day is not null and e.hospital_id = r.hospital_id and e.patient_id = r.patient_id
         and not e.is_cancelled and e.admitted_on <= c.day limit 1) before on true
 group by r.campaign_id, r.outcome
"""


@dataclass(frozen=True)
class Arm:
    """People drawn alike: how many, how many of them came, and how many of these had been here before."""

    people: int = 0
    visits: int = 0
    revisits: int = 0

    @property
    def share(self) -> float:
        """Who came, of all."""
        return self.visits / self.people if self.people else 0.0


@dataclass(frozen=True)
class Effect:
    """Both arms, how they differ, and whether the days in which visits count are over."""

    written: Arm
    held_out: Arm
    days: int
    until: dt.date
    is_over: bool

    @property
    def difference(self) -> Difference | None:
        """The share that came of those written to, less that of those held out."""
        one, other = self.written, self.held_out
        return difference(one.visits, one.people, other.visits, other.people)


def effect_of(campaign: Campaign, *, now: dt.datetime) -> Effect | None:
    """The effect so far; None for a campaign that has not started, or stands."""
    return effects_of([campaign], now=now).get(campaign.pk)


def effects_of(campaigns: Sequence[Campaign], *, now: dt.datetime) -> dict[int, Effect]:
    """The effects so far of those that have started, in one statement."""
    begun = {one.pk: today(now=one.started_at) for one in campaigns if one.started_at and not one.stands}
    if not begun:
        return {}
    ends = {one.pk: begun[one.pk] + dt.timedelta(days=one.effect_days) for one in campaigns if one.pk in begun}
    values: dict[str, Any] = {
        "hospital": required_hospital().pk,
        "campaigns": list(begun),
        "days": list(begun.values()),
        "untils": [ends[pk] for pk in begun],
    }
    with connection.cursor() as cursor:
        cursor.execute(_CAME, values)
        arms = {(pk, outcome): Arm(*numbers) for pk, outcome, *numbers in cursor.fetchall()}
    day = today(now=now)
    return {
        one.pk: Effect(
            written=arms.get((one.pk, CampaignRecipient.SEND), Arm()),
            held_out=arms.get((one.pk, CampaignRecipient.HOLDOUT), Arm()),
            days=one.effect_days,
            until=ends[one.pk],
            is_over=day > ends[one.pk],
        )
        for one in campaigns
        if one.pk in begun
    }
