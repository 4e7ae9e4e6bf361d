"""What a campaign brought about in what people do: how many came within its days, of those written to and of those held
out, who were drawn at random from the same people. Everybody drawn counts, whether the message arrived or not.

Worked out once a day in the background and kept with the campaign, until two weeks after its days are over, for visits
that are told late; so a page costs the same for ten people and for a million. Of a campaign that stands for days of
people's own (`occasions.COMES_LATE`) each greeting counts from its day; birthdays and festivals hold nobody out and
have no effect to tell.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value

from accounts.calendar import today
from campaigns.domain import occasions, sendings
from campaigns.domain.intervals import Difference, difference
from campaigns.domain.sendings import Came
from campaigns.models import Campaign, CampaignRecipient
from hospital_crm.tenancy.scope import required_hospital
from patients.domain.segments import compiling

_DAY = dt.timedelta(days=1)
# Visits are told late now and then.
_TOLD_LATE = dt.timedelta(days=14)
_CAME = """
select r.is_held_out, count(*), count(*) filter (where came.day is not null),
       count(*) filter (where came.day is not null and before.day is not null)
  from ({drawn}) r
  left join lateral (
      select e.admitted_on as day from patients_encounter e
       where e.hospital_id = %(hospital)s and e.patient_id = r.patient_id and not e.is_cancelled
         and e.admitted_on > r.day and e.admitted_on <= r.day + %(days)s limit 1) came on true
  left join lateral (
      select e.admitted_on as day from patients_encounter e
       where came.day is not null and e.hospital_id = %(hospital)s and e.patient_id = r.patient_id
         and not e.is_cancelled and e.admitted_on <= r.day limit 1) before on true
 group by r.is_held_out
"""
_AUDIENCE = """
select a.patient_id, a.outcome = 'holdout' as is_held_out, %(begun)s::date as day from campaigns_campaignrecipient a
 where a.hospital_id = %(hospital)s and a.campaign_id = %(campaign)s and a.outcome in ('send', 'holdout')
"""
_GREETED = """
select g.patient_id, g.is_held_out, g."on" as day from campaigns_greeting g
 where g.hospital_id = %(hospital)s and g.campaign_id = %(campaign)s
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
    """Both arms, how they differ, and whether the days in which visits count are over. `until` None: of a campaign that
    stands each person has days of the own. `as_of`: the day on which it was worked out; None: not yet.
    """

    written: Arm
    held_out: Arm
    days: int
    until: dt.date | None
    is_over: bool
    as_of: dt.date | None

    @property
    def difference(self) -> Difference | None:
        """The share that came of those written to, less that of those held out."""
        one, other = self.written, self.held_out
        return difference(one.visits, one.people, other.visits, other.people)


def effect_of(campaign: Campaign, *, now: dt.datetime) -> Effect | None:
    """The effect as it was last worked out; None for a campaign that has not started, or greets birthdays and festivals
    alone.
    """
    return effects_of([campaign], now=now).get(campaign.pk)


def effects_of(campaigns: Sequence[Campaign], *, now: dt.datetime) -> dict[int, Effect]:
    """The effects of those that have started."""
    day = today(now=now)
    return {one.pk: _effect(one, day) for one in campaigns if _has_effect(one)}


def sent_of(campaign: Campaign) -> Came | None:
    """What became of the messages of a campaign that is over, as kept on a later day; None: it has to be counted."""
    is_over = campaign.state in (Campaign.State.DONE, Campaign.State.CANCELLED)
    over, kept = campaign.finished_at, campaign.came_on
    if not is_over or over is None or kept is None or kept <= today(now=over) or "sent" not in campaign.came:
        return None
    return Came({(state, reason): n for state, reason, n in campaign.came["sent"]})


def due(now: dt.datetime) -> list[int]:
    """Ids of the campaigns whose effect was not worked out today and may still change."""
    days = ExpressionWrapper(F("effect_days") * Value(_DAY), output_field=DurationField())
    rows = Campaign.objects.filter(started_at__isnull=False).exclude(came_on=today(now=now))
    changing = Q(came_on__isnull=True) | Q(occasion__in=occasions.COMES_LATE) | Q(ends__gte=now - _TOLD_LATE)
    return list(rows.annotate(ends=F("started_at") + days).filter(changing).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def keep(campaign_id: int, *, now: dt.datetime) -> None:
    """Works out what people have done since the campaign wrote to them, and keeps it with the campaign."""
    campaign = Campaign.objects.filter(pk=campaign_id, started_at__isnull=False).first()
    if campaign is None:
        return
    sent = sendings.what_came(campaign.batch).reasons
    came: dict[str, Any] = {"sent": [[state, reason, n] for (state, reason), n in sorted(sent.items())]}
    if _has_effect(campaign):
        came |= _arms(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(came=came, came_on=today(now=now))


def _arms(campaign: Campaign) -> dict[str, list[int]]:
    assert campaign.started_at is not None
    values: dict[str, Any] = {
        "hospital": required_hospital().pk,
        "campaign": campaign.pk,
        "days": campaign.effect_days,
        "begun": today(now=campaign.started_at),
    }
    with compiling.wide_reading(0), connection.cursor() as cursor:
        cursor.execute(_CAME.format(drawn=_GREETED if campaign.stands else _AUDIENCE), values)
        return {"held_out" if is_held_out else "written": numbers for is_held_out, *numbers in cursor.fetchall()}


def _has_effect(campaign: Campaign) -> bool:
    return campaign.started_at is not None and (not campaign.stands or campaign.occasion in occasions.COMES_LATE)


def _effect(one: Campaign, day: dt.date) -> Effect:
    assert one.started_at is not None
    until = None if one.stands else today(now=one.started_at) + one.effect_days * _DAY
    frozen = {"written": [one.counted.get(CampaignRecipient.SEND, 0)], "held_out": [one.counted.get("holdout", 0)]}
    known = one.came if one.came_on else frozen
    return Effect(
        written=Arm(*known.get("written", ())),
        held_out=Arm(*known.get("held_out", ())),
        days=one.effect_days,
        until=until,
        is_over=until is not None and day > until,
        as_of=one.came_on,
    )
