"""Campaigns in the outbox: each mail by itself, what counts as having left and arrived, and when one stops itself."""

import datetime as dt

import pytest

from accounts.models import Hospital
from campaigns.domain import comparing, composing, deciding, editing, running, sendings, watching
from campaigns.domain.errors import CampaignError
from campaigns.models import Campaign
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import planning
from messaging.domain.admission import admit
from messaging.domain.composing import Composer
from messaging.gateways.base import InlinePart
from messaging.models import Message, Suppression
from tests.campaigns.factories import CampaignPictureFactory
from tests.campaigns.scene import NOW, approved, campaign_of, reader, started
from tests.cast import Cast, actor_of, client_of
from tests.patients.factories import IdentifierFactory

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def fed(campaign: Campaign, cast: Cast) -> Campaign:
    """Approved, begun and in the outbox."""
    found = started(campaign, cast)
    running.feed(found.pk, now=NOW)
    return found


def pictured(cast: Cast) -> Campaign:
    """A mail with a picture of its own."""
    one = campaign_of(cast)
    CampaignPictureFactory(campaign=one)
    text = {"kind": "text", "text": "坐稳了再量，一天两次，量到的数都记下来。"}
    one.texts.update(blocks=[text, {"kind": "picture", "number": "1", "text": ""}])
    return one


def test_two_campaigns_to_one_person_are_two_mails(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        person = reader()
        for _n in range(2):
            fed(pictured(cast), cast)
        planning.replan([person.pk], now=NOW)
        assert list(Message.objects.values_list("state", "said_with")) == [("planned", None)] * 2


def test_mails_that_were_joined_before_go_as_plain_text(
    north: Hospital, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = InlinePart("picture-1", "image/png", b"x")
    monkeypatch.setattr(composing, "_inline", lambda found, pictures: (picture,))
    with hospital_scope(north):
        reader()
        for _n in range(2):
            fed(pictured(cast), cast)
        first, second = Message.objects.order_by("pk")
        composer = Composer([first], now=NOW)
        alone = composer.outgoing(first, composer.filled(first, "zh-hans"), address="x@example.org", language="zh-hans")
        Message.objects.filter(pk=second.pk).update(state="held", reason="merged", said_with=first)
        composer = Composer([first], now=NOW)
        both = composer.outgoing(first, composer.filled(first, "zh-hans"), address="x@example.org", language="zh-hans")
    assert (alone.html.count("<!DOCTYPE html>"), alone.inline) == (1, (picture,))
    assert (both.html, both.inline, both.body.count("坐稳了再量")) == ("", (), 2)


CAME = [
    *(("handed_over", ""), ("delivered", ""), ("unknown", "no_answer"), ("planned", ""), ("held", "no_consent")),
    *(("failed", "refused"), ("failed", "hard_bounce"), ("failed", "cancelled"), ("failed", "united")),
    *(("failed", "unreachable"), ("failed", "postponed"), ("failed", "no_text"), ("failed", "no_address")),
]


@pytest.mark.parametrize(("channel", "arrived"), [("email", 2), ("letter", 2), ("sms", 1), ("wechat", 1)])
def test_what_left_arrived_and_came_back(channel: str, arrived: int, north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        for _one in CAME:
            reader()
        campaign = fed(campaign_of(cast), cast)
        for message, (state, reason) in zip(Message.objects.order_by("pk"), CAME, strict=True):
            Message.objects.filter(pk=message.pk).update(state=state, reason=reason)
        Campaign.objects.filter(pk=campaign.pk).update(channel=channel)
        (line,) = comparing.compared(actor_of(cast.qian), now=NOW)
        assert (line.left, line.arrived, line.failed, sendings.unwanted(campaign.batch).left) == (5, arrived, 2, 5)
        Campaign.objects.filter(pk=campaign.pk).update(occasion="in_segment")
        ((_segment, (step,)),) = comparing.journeys(actor_of(cast.qian))
        assert step.arrived == arrived


def bounced(n: int, at: dt.datetime) -> None:
    """So many addresses turn out not to exist."""
    for message in Message.objects.order_by("-pk")[:n]:
        about = {"channel": "email", "address": f"gone{message.pk}@example.org", "source": "bounce"}
        Suppression.objects.create(message=message, at=at, reason="hard_bounce", **about)


def test_what_stopped_itself_goes_on_where_somebody_says_so(
    north: Hospital, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sendings, "FEWEST", 10)
    monkeypatch.setattr(running, "BATCH", 10)
    with hospital_scope(north):
        for _n in range(30):
            reader()
        campaign = fed(campaign_of(cast), cast)
        Message.objects.update(state="handed_over", state_at=NOW)
        bounced(1, NOW)
        assert watching.pause_unwanted(campaign.pk, now=NOW) is True
        campaign.refresh_from_db()
        for n, stops_again in ((1, False), (2, True)):
            later = NOW + n * DAY
            if n == 1:
                running.resume(campaign, actor=actor_of(cast.sun), now=later)
            assert watching.pause_unwanted(campaign.pk, now=later) is False
            running.feed(campaign.pk, now=later)
            Message.objects.filter(state="planned").update(state="handed_over", state_at=later)
            bounced(int(stops_again), later)
            assert watching.pause_unwanted(campaign.pk, now=later + MINUTE) is stops_again


def test_after_its_end_nothing_of_a_campaign_leaves(
    north: Hospital, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    end = NOW + 3 * DAY
    with hospital_scope(north):
        people = [reader() for _n in range(4)]
        IdentifierFactory(patient=people[3], value="M4")
        campaign = fed(campaign_of(cast, ends_at=end), cast)
        assert list(Message.objects.values_list("not_after", flat=True)) == [end, end]
        running.pause(campaign, reason="核对", actor=actor_of(cast.sun), now=NOW)
        running.resume(campaign, actor=actor_of(cast.sun), now=end + MINUTE)
        assert running.feed(campaign.pk, now=end + MINUTE) == 0
        verdicts = admit(list(Message.objects.all()), now=end + MINUTE)
        assert {(one.state, one.reason) for one in verdicts.values()} == {("expired", "too_late")}
        Message.objects.update(state="expired", reason="too_late")
        running.feed(campaign.pk, now=end + 2 * MINUTE)
        campaign.refresh_from_db()
        assert (campaign.state, Message.objects.count()) == ("done", 2)
    client, page = client_of(cast.sun), f"campaigns/{campaign.public_id}/"
    assert "截止前未发送 2 人" in client.get(page).content.decode()
    said = client.get(client.post(f"{page}why/", {"number": "M4"})["Location"]).content.decode()
    assert "活动已截止" in said


def test_an_end_that_is_over_starts_nothing(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        reader()
        campaign = approved(campaign_of(cast, ends_at=NOW + DAY), cast)
        running.start(campaign.pk, now=NOW + DAY)
        campaign.refresh_from_db()
        assert (campaign.state, campaign.approved_by) == ("held", None)
        with pytest.raises(CampaignError) as refused:
            deciding.submit(campaign, actor=actor_of(cast.sun), now=NOW + DAY)
        assert refused.value.field == "ends_at"


def test_an_end_comes_after_the_start_and_what_stands_has_none(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign, sun = campaign_of(cast), actor_of(cast.sun)
        about = {name: getattr(campaign, name) for name in editing.KEPT}
        for times in ({"starts_at": NOW}, {"starts_at": NOW - DAY, "latest_start_at": NOW}):
            with pytest.raises(CampaignError) as refused:
                editing.describe(campaign, is_commercial=False, actor=sun, **{**about, **times, "ends_at": NOW})
            assert refused.value.field == "ends_at"
        for occasion, kept in (("", NOW), ("birthday", None)):
            editing.describe(
                campaign, is_commercial=False, actor=sun, **{**about, "ends_at": NOW, "occasion": occasion}
            )
            assert Campaign.objects.get(pk=campaign.pk).ends_at == kept
