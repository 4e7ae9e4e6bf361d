"""A medical advert goes on under its next review: what was held waits again, once, and only where it is being sent."""

import datetime as dt

import pytest

from accounts.models import AuditEvent, Hospital
from campaigns.domain import running
from campaigns.domain.errors import CampaignError
from campaigns.domain.renewing import renew_review
from campaigns.models import Campaign
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain.states import move
from messaging.models import GatewayAccount, Message, Reason, State
from tests.campaigns.scene import NOW, allow, campaign_of, reader, started
from tests.cast import Cast, actor_of, client_of
from tests.messaging.gateway_factories import GatewayAccountFactory

pytestmark = pytest.mark.django_db
OLD, NEXT = dt.date(2026, 6, 30), dt.date(2027, 6, 30)


def advert(cast: Cast, people: int) -> Campaign:
    """Begun and queued; the review of the first message has run out before it left."""
    if not GatewayAccount.objects.exists():
        settings = {"host": "h", "sender": "care@north.invalid", "postal_address": "清江县一号"}
        GatewayAccountFactory(is_active=False, settings=settings)
    for _n in range(people):
        allow(reader(), "marketing_mail")
    about = {"kind": "offer", "is_commercial": True, "review_number": "苏医广01", "review_until": OLD}
    campaign = started(campaign_of(cast, **about), cast)
    running.feed(campaign.pk, now=NOW)
    first = Message.objects.filter(batch=campaign.batch).order_by("pk")[0]
    move(first, State.HELD, reason=Reason.NO_TEXT, detail="review_over", now=NOW)
    return campaign


def states_of(campaign: Campaign) -> list[tuple[str, str]]:
    return list(Message.objects.filter(batch=campaign.batch).order_by("pk").values_list("state", "reason"))


def renew(campaign: Campaign, cast: Cast, until: dt.date = NEXT) -> int:
    return renew_review(campaign, review_number="苏医广02", review_until=until, actor=actor_of(cast.qian), now=NOW)


def test_what_was_held_waits_again_under_the_new_review(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign, other = advert(cast, 2), advert(cast, 0)
        assert (renew(campaign, cast), renew(campaign, cast)) == (1, 0)
        campaign.refresh_from_db()
        assert (campaign.review_number, campaign.review_until) == ("苏医广02", NEXT)
        assert states_of(campaign) == [("planned", "resumed"), ("planned", "")]
        assert states_of(other)[0] == ("held", "no_text")
        event = AuditEvent.objects.filter(verb="campaigns.campaign.renew_review").earliest("pk")
        assert (event.before["review_number"], event.after["review_number"]) == ("苏医广01", "苏医广02")


def test_those_of_a_paused_campaign_stay_with_it(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign = advert(cast, 1)
        running.pause(campaign, reason="等一等", actor=actor_of(cast.sun), now=NOW)
        assert renew(campaign, cast) == 1
        assert states_of(campaign) == [("held", "paused")]
        running.resume(campaign, actor=actor_of(cast.sun), now=NOW)
        assert states_of(campaign) == [("planned", "resumed")]


def test_one_that_had_ended_without_them_goes_on(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign = advert(cast, 1)
        running.feed(campaign.pk, now=NOW)
        campaign.refresh_from_db()
        assert campaign.state == "done"
        renew(campaign, cast)
        campaign.refresh_from_db()
        assert campaign.state == "running"


def test_a_review_that_is_over_or_that_nobody_needs_is_refused(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign = advert(cast, 1)
        with pytest.raises(CampaignError) as refused:
            renew(campaign, cast, until=dt.date(2026, 5, 31))
        assert refused.value.field == "review_until"
        with pytest.raises(CampaignError):
            renew(campaign_of(cast, kind="offer", is_commercial=True), cast)
        with pytest.raises(CampaignError):
            renew(started(campaign_of(cast), cast), cast)
        assert states_of(campaign) == [("held", "no_text")]


def test_the_page_is_for_whoever_approves(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign = advert(cast, 1)
    client, agent = client_of(cast.qian), client_of(cast.sun)
    url = client.url("campaigns:renew-review", campaign.public_id)
    shown = client.url("campaigns:campaign", campaign.public_id)
    assert (url in client.get(shown).content.decode(), url in agent.get(shown).content.decode()) == (True, False)
    assert agent.get(url).status_code == 403
    assert client.post(url, {"review_number": "", "review_until": "2027-06-30"}).status_code == 422
    assert client.post(url, {"review_number": "苏医广02", "review_until": "2037-06-30"}).status_code == 302
    with hospital_scope(north):
        assert states_of(campaign) == [("planned", "resumed")]
