"""Campaigns as tests meet them: written by the agent, approved by the manager, to people over sixty with a mail
address and consent.
"""

import datetime as dt
from typing import Any

from campaigns.domain import deciding, running
from campaigns.models import Campaign
from patients.models import Consent, Patient, Segment, SegmentVersion
from tests.campaigns.factories import CampaignFactory, CampaignTextFactory
from tests.cast import Cast, actor_of
from tests.patients.factories import ConsentFactory, ContactPointFactory, PatientFactory

# Ten in the morning of a Monday at the hospital.
NOW = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)
OLD = {"mode": "all", "parts": [{"fact": "age", "op": "at_least", "values": ["60"]}]}


def segment_of_old() -> Segment:
    """Everybody of sixty and more."""
    segment = Segment.objects.create(code="over_sixty")
    SegmentVersion.objects.create(segment=segment, number=1, rule=OLD)
    return segment


def reader(name: str = "王芳", *, allows: bool = True, mail: bool = True, **about: Any) -> Patient:
    """Somebody of sixty-six who may be written to."""
    person = PatientFactory(name=name, sex="F", birth_date=dt.date(1960, 1, 1), **about)
    if mail:
        ContactPointFactory(patient=person, system="email", value=f"p{person.pk}@example.org")
    if allows:
        allow(person)
    return person


def allow(
    person: Patient, purpose: str = "education", decision: str = "granted", days_ago: int = 30, channel: str = "email"
) -> Consent:
    """A decision as another system tells it, where nothing else is said about mails of health education."""
    at = NOW - dt.timedelta(days=days_ago)
    return ConsentFactory(patient=person, purpose=purpose, channel=channel, decision=decision, at=at, source="feed")


def campaign_of(cast: Cast, **about: Any) -> Campaign:
    """A draft with words, by the agent, to everybody over sixty."""
    sun = cast.sun
    campaign = CampaignFactory(author=sun, writers=[sun.pk], **{"holdout_percent": 0, **about})
    CampaignTextFactory(campaign=campaign)
    if campaign.segment is None:
        campaign.segment = Segment.objects.filter(code="over_sixty").first() or segment_of_old()
        campaign.save()
    return campaign


def approved(campaign: Campaign, cast: Cast, *, now: dt.datetime = NOW) -> Campaign:
    """Sent for approval by the agent, approved by the manager."""
    deciding.submit(campaign, actor=actor_of(cast.sun), now=now)
    deciding.approve(campaign, seen_at=campaign.state_at, actor=actor_of(cast.qian), now=now)
    return campaign


def started(campaign: Campaign, cast: Cast, *, now: dt.datetime = NOW) -> Campaign:
    """Approved and begun; nothing is queued yet."""
    approved(campaign, cast, now=now)
    found = running.start(campaign.pk, now=now)
    assert found is not None
    return found
