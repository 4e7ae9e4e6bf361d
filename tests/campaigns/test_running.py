"""How a campaign runs: started or held, fed in batches, paused as often as anybody likes, each person once."""

import datetime as dt

import pytest

from accounts.models import Hospital
from campaigns.domain import audience, deciding, editing, running, sendings, watching
from campaigns.domain.errors import CampaignError
from campaigns.models import Campaign, CampaignChange, CampaignRecipient
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import letters
from messaging.models import Letter, Message, MessageChange, Suppression, Touch
from patients.models import Segment, SegmentVersion
from tests.campaigns.scene import NOW, allow, approved, campaign_of, reader, started
from tests.cast import Cast, actor_of, client_of
from tests.messaging.factories import TouchFactory
from tests.patients.factories import ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def keys() -> list[str]:
    return list(Message.objects.filter(batch__startswith="campaign:").order_by("pk").values_list("key", flat=True))


def leave(state: str = "delivered", reason: str = "", at_most: int = 10_000) -> None:
    """What waits in the outbox leaves the house."""
    ids = Message.objects.filter(state="planned").order_by("pk").values_list("pk", flat=True)[:at_most]
    Message.objects.filter(pk__in=list(ids)).update(state=state, reason=reason)


def test_a_campaign_goes_by_a_second_person(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign = campaign_of(cast)
        sun, qian = actor_of(cast.sun), actor_of(cast.qian)
        deciding.submit(campaign, actor=sun, now=NOW)
        with pytest.raises(CampaignError):
            deciding.approve(campaign, seen_at=NOW, actor=sun, now=NOW)
        deciding.approve(campaign, seen_at=NOW, actor=qian, now=NOW)
        assert (campaign.state, campaign.approved_by, campaign.starts_at) == ("scheduled", cast.qian, NOW)
        with pytest.raises(CampaignError):
            editing.write_mail(campaign, language="zh-hans", subject="别的", preview="", found=[], actor=sun)


def test_everybody_of_the_audience_gets_one_message_and_the_campaign_ends(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        people = [reader() for _n in range(5)]
        reader(allows=False)
        campaign = started(campaign_of(cast), cast)
        assert campaign.counted == {"send": 5, "no_consent": 1}
        assert [running.feed(campaign.pk, now=NOW) for _n in range(3)] == [5, 0, 0]
        assert keys() == [f"campaign:{campaign.pk}:{person.pk}" for person in people]
        assert set(Message.objects.values_list("purpose", "channel", "template", "urgency")) == {
            ("campaign.knowledge", "email", f"campaign:{campaign.pk}", 2)
        }
        campaign.refresh_from_db()
        assert campaign.state == "running"
        leave()
        running.feed(campaign.pk, now=NOW + MINUTE)
        campaign.refresh_from_db()
        assert (campaign.state, campaign.finished_at) == ("done", NOW + MINUTE)


def test_a_campaign_starts_once_whoever_starts_it(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        reader()
        campaign = started(campaign_of(cast), cast)
        assert running.start(campaign.pk, now=NOW) is None
        assert CampaignRecipient.objects.filter(campaign=campaign).count() == 1


def test_what_missed_its_latest_start_waits_for_approval(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        reader()
        times = {"starts_at": NOW + MINUTE, "latest_start_at": NOW + 2 * MINUTE}
        campaign = approved(campaign_of(cast, **times), cast)
        assert running.due_to_start(NOW) == []
        running.start(campaign.pk, now=NOW + 3 * MINUTE)
        campaign.refresh_from_db()
        assert (campaign.state, campaign.approved_by) == ("held", None)
        assert not CampaignRecipient.objects.exists()
        with pytest.raises(CampaignError):
            deciding.submit(campaign, actor=actor_of(cast.sun), now=NOW + 3 * MINUTE)


def test_paused_a_hundred_times_everybody_gets_one_message(north: Hospital, cast: Cast, monkeypatch) -> None:  # noqa: ANN001
    monkeypatch.setattr(running, "BATCH", 2)
    with hospital_scope(north):
        people = [reader() for _n in range(130)]
        campaign = started(campaign_of(cast), cast)
        sun = actor_of(cast.sun)
        for n in range(100):
            now = NOW + n * MINUTE
            running.feed(campaign.pk, now=now)
            leave(at_most=1)
            running.pause(campaign, reason="核对名单", actor=sun, now=now)
            assert (running.feed(campaign.pk, now=now), sendings.waiting(campaign.batch, now)) == (0, 0)
            running.resume(campaign, actor=sun, now=now)
        while running.feed(campaign.pk, now=NOW):
            continue
        leave()
        assert sorted(keys()) == sorted(f"campaign:{campaign.pk}:{person.pk}" for person in people)
        assert CampaignChange.objects.filter(campaign=campaign, state="paused").count() == 100
        assert Message.objects.filter(state="delivered").count() == 130


def test_a_pause_holds_what_waits_and_resuming_lets_it_go(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        for _n in range(3):
            reader()
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        running.pause(campaign, reason="错字", actor=actor_of(cast.sun), now=NOW)
        assert set(Message.objects.values_list("state", "reason")) == {("held", "paused")}
        Message.objects.filter(pk=Message.objects.first().pk).update(reason="no_consent")
        running.resume(campaign, actor=actor_of(cast.sun), now=NOW)
        assert sorted(Message.objects.values_list("state", "reason")) == [
            ("held", "no_consent"),
            ("planned", "resumed"),
            ("planned", "resumed"),
        ]


def test_what_is_postponed_after_a_pause_stays_too(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        reader()
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        running.pause(campaign, reason="错字", actor=actor_of(cast.sun), now=NOW)
        Message.objects.update(state="planned", reason="postponed")
        assert running.keep_still(now=NOW) == 1
        assert Message.objects.get().state == "held"


def test_cancelled_for_good(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        for _n in range(3):
            reader()
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        leave(at_most=1)
        running.cancel(campaign, reason="内容有误", actor=actor_of(cast.sun), now=NOW)
        states = sorted(Message.objects.values_list("state", flat=True))
        assert (campaign.state, states) == ("cancelled", ["delivered", "failed", "failed"])
        assert running.feed(campaign.pk, now=NOW) == 0
        with pytest.raises(CampaignError):
            running.resume(campaign, actor=actor_of(cast.sun), now=NOW)


def test_rate_is_kept_minute_by_minute(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        for _n in range(5):
            reader()
        campaign = started(campaign_of(cast, per_hour=120), cast)
        fed = [running.feed(campaign.pk, now=NOW + dt.timedelta(seconds=s)) for s in (0, 30, 61, 90, 122)]
        assert fed == [2, 0, 2, 0, 1]


@pytest.mark.parametrize(("per_hour", "queued"), [(10, 10), (100, 100), (120, 118)])
def test_in_no_hour_more_is_queued_than_the_rate_says(
    per_hour: int, queued: int, north: Hospital, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hospital_scope(north):
        campaign = started(campaign_of(cast, per_hour=per_hour), cast)
        people = PatientFactory.create_batch(130)
        rows = [CampaignRecipient(campaign=campaign, patient=person, outcome="send") for person in people]
        CampaignRecipient.objects.bulk_create(rows)
        monkeypatch.setattr(sendings, "waiting", lambda batch, now: 0)
        monkeypatch.setattr(running, "enqueue_all", lambda notices, now: None)
        fed = [running.feed(campaign.pk, now=NOW + dt.timedelta(seconds=61 * n)) for n in range(59)]
        assert (sum(fed), max(fed)) == (queued, -(-per_hour // 60))


def test_who_waits_for_days_does_not_keep_the_others_waiting(
    north: Hospital, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AHEAD", 3)
    with hospital_scope(north):
        for _n in range(8):
            reader()
        campaign = started(campaign_of(cast), cast)
        assert running.feed(campaign.pk, now=NOW) == 3
        Message.objects.update(reason="quiet_hours", not_before=NOW + dt.timedelta(days=2))
        assert running.feed(campaign.pk, now=NOW) == 0
        Message.objects.update(reason="budget", not_before=NOW + dt.timedelta(minutes=30))
        assert running.feed(campaign.pk, now=NOW) == 0
        Message.objects.update(not_before=NOW + dt.timedelta(days=2))
        assert [running.feed(campaign.pk, now=NOW) for _n in range(2)] == [3, 0]
        running.pause(campaign, reason="错字", actor=actor_of(cast.sun), now=NOW)
        assert Message.objects.filter(state="held").count() == 6


def test_only_what_failed_is_tried_again(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        people = [reader() for _n in range(4)]
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        ends = (("delivered", ""), ("failed", "unreachable"), ("unknown", "no_answer"), ("failed", "refused"))
        for person, (state, reason) in zip(people, ends, strict=True):
            Message.objects.filter(person=person).update(state=state, reason=reason)
        running.feed(campaign.pk, now=NOW)
        campaign.refresh_from_db()
        assert campaign.state == "done"
        sun = actor_of(cast.sun)
        assert running.retry_failed(campaign, actor=sun, now=NOW) == 1
        assert Message.objects.get(person=people[1]).state == "planned"
        assert Message.objects.filter(state="planned").count() == 1
        assert running.retry_failed(campaign, actor=sun, now=NOW) == 0
        campaign.refresh_from_db()
        assert (campaign.state, len(keys())) == ("running", 4)


def test_too_many_hard_bounces_pause_the_campaign(north: Hospital, cast: Cast, monkeypatch) -> None:  # noqa: ANN001
    monkeypatch.setattr(sendings, "FEWEST", 20)
    with hospital_scope(north):
        for _n in range(20):
            reader()
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        leave()
        assert watching.pause_unwanted(campaign.pk, now=NOW) is False
        message = Message.objects.first()
        bounce = {"channel": "email", "address": "gone@example.org", "reason": "hard_bounce", "source": "bounce"}
        Suppression.objects.create(message=message, at=NOW, **bounce)
        assert watching.pause_unwanted(campaign.pk, now=NOW) is True
        campaign.refresh_from_db()
        assert (campaign.state, campaign.changes.last().by) == ("paused", None)


def test_every_change_of_a_message_keeps_its_reason(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        reader()
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        running.pause(campaign, reason="错字", actor=actor_of(cast.sun), now=NOW)
        running.resume(campaign, actor=actor_of(cast.sun), now=NOW)
        found = list(MessageChange.objects.order_by("pk").values_list("state", "reason"))
        assert found == [("planned", ""), ("held", "paused"), ("planned", "resumed")]


def test_once_commercial_a_campaign_stays_so(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign = campaign_of(cast)
        about = {name: getattr(campaign, name) for name in editing.KEPT}
        sun = actor_of(cast.sun)
        for wanted in (True, False):
            editing.describe(campaign, is_commercial=wanted, actor=sun, **about)
            assert Campaign.objects.get(pk=campaign.pk).is_commercial is True
        assert editing.create(name="新闻", kind="news", channel="email", actor=sun, now=NOW).is_commercial is True


def test_the_audience_that_goes_is_the_one_that_was_approved(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        reader()
        young = PatientFactory(birth_date=dt.date(2000, 1, 1))
        ContactPointFactory(patient=young, system="email", value="young@example.org")
        allow(young)
        campaign = approved(campaign_of(cast), cast)
        widen(campaign.segment)
        page_of_it = Campaign.objects.select_related("segment").get(pk=campaign.pk)
        assert (page_of_it.segment_version, page_of_it.segment_has_changed) == (1, True)
        assert audience.count(page_of_it, now=NOW).outcomes == {"send": 1}
        running.start(campaign.pk, now=NOW)
        campaign.refresh_from_db()
        assert (campaign.segment_version, campaign.counted) == (1, {"send": 1})
        assert not CampaignRecipient.objects.filter(patient=young).exists()


@pytest.mark.parametrize("way", ["take_back", "send_back", "miss"])
def test_what_is_approved_anew_goes_by_the_segment_as_it_is_then(way: str, north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign, sun, qian = campaign_of(cast), actor_of(cast.sun), actor_of(cast.qian)
        deciding.submit(campaign, actor=sun, now=NOW)
        if way == "send_back":
            deciding.send_back(campaign, reason="太少", actor=qian, now=NOW)
        else:
            deciding.approve(campaign, seen_at=NOW, actor=qian, now=NOW)
            Campaign.objects.filter(pk=campaign.pk).update(latest_start_at=NOW)
        if way == "take_back":
            deciding.take_back(campaign, actor=sun, now=NOW)
        if way == "miss":
            running.start(campaign.pk, now=NOW + MINUTE)
        campaign.refresh_from_db()
        assert campaign.segment_version is None
        widen(campaign.segment)
        Campaign.objects.filter(pk=campaign.pk).update(latest_start_at=None)
        campaign = approved(Campaign.objects.get(pk=campaign.pk), cast)
        assert campaign.segment_version == 2


def widen(segment: Segment | None) -> None:
    """The segment asks for everybody of eighteen and more from now on."""
    assert segment is not None
    everybody = {"mode": "all", "parts": [{"fact": "age", "op": "at_least", "values": ["18"]}]}
    SegmentVersion.objects.create(segment=segment, number=2, rule=everybody)
    Segment.objects.filter(pk=segment.pk).update(version=2)


def test_letters_of_a_cancelled_campaign_are_taken_out_at_once_but_for_those_printed(
    north: Hospital, cast: Cast
) -> None:
    """What is printed lies on a table, and is told apart; nothing leaves the pile any more."""
    with hospital_scope(north):
        people = [reader(allows=False, mail=False, address=f"清江县{n}号") for n in range(3)]
        for person in people:
            allow(person, channel="letter")
        campaign = started(campaign_of(cast, channel="letter"), cast)
        running.feed(campaign.pk, now=NOW)
        Message.objects.update(state="handed_over", gateway="letter")
        for message in Message.objects.order_by("pk"):
            letters.put_aside(str(message.public_id))
        TouchFactory(person=people[2], source="messaging", source_id=Message.objects.latest("pk").pk, day=NOW.date())
        batch = letters.make_batch(actor=actor_of(cast.qian), now=NOW, limit=1)
        running.cancel(campaign, reason="写错了", actor=actor_of(cast.qian), now=NOW)
        told = list(Message.objects.order_by("pk").values_list("state", "reason"))
        assert told == [("handed_over", ""), ("failed", "cancelled"), ("failed", "cancelled")]
        assert (Letter.objects.waiting().count(), letters.printed_of(campaign.batch)) == (0, 1)
        assert not Touch.objects.filter(person=people[2]).exists()
    page = client_of(cast.sun).get(f"campaigns/{campaign.public_id}/").content.decode()
    assert "1 封信已打印" in page
    with hospital_scope(north):
        assert len(letters.post(batch, actor=actor_of(cast.qian), now=NOW)) == 1
        assert letters.printed_of(campaign.batch) == 0
