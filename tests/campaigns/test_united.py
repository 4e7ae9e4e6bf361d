"""Two records that become one person: a campaign writes once, and an occasion is greeted once."""

import datetime as dt

import pytest

from accounts.models import Hospital
from campaigns.domain import occasions, running, sendings
from campaigns.models import Campaign, CampaignRecipient
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from patients.domain.parting import part
from patients.domain.uniting import unite
from patients.models import Patient, PersonMerger
from tests.campaigns.scene import NOW, campaign_of, reader, started
from tests.campaigns.test_occasions import DAY, born_today, standing
from tests.campaigns.test_running import MINUTE
from tests.cast import Cast, actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("is_swapped", [False, True])]


def two(is_swapped: bool, first: Patient, second: Patient) -> tuple[Patient, Patient]:
    return (second, first) if is_swapped else (first, second)


def made_one(kept: Patient, other: Patient) -> None:
    unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW + MINUTE)


def message_of(person: Patient) -> Message:
    return Message.objects.get(key__regex=rf"^campaign:\d+:{person.pk}(:|$)")


def outcomes() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("state", "reason"))


def of(person: Patient) -> tuple[str, str]:
    message = message_of(person)
    return message.state, message.reason


def test_where_both_wait_the_kept_record_is_written_to(north: Hospital, cast: Cast, is_swapped: bool) -> None:
    with hospital_scope(north):
        kept, other = two(is_swapped, reader(), reader())
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        made_one(kept, other)
        assert (of(kept), of(other)) == (("planned", ""), ("failed", "united"))
        assert (running.feed(campaign.pk, now=NOW + MINUTE), sendings.what_came(campaign.batch).left) == (0, 0)
        part(merger=PersonMerger.objects.get(), reason="两个人", actor=None, now=NOW + 2 * MINUTE)
        running.feed(campaign.pk, now=NOW + 3 * MINUTE)
        assert (of(kept), of(other), Message.objects.count()) == (("planned", ""), ("failed", "united"), 2)


def test_where_the_second_record_was_written_to_the_kept_one_is_not(
    north: Hospital, cast: Cast, is_swapped: bool
) -> None:
    with hospital_scope(north):
        kept, other = two(is_swapped, reader(), reader())
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        Message.objects.filter(pk=message_of(other).pk).update(state="handed_over")
        made_one(kept, other)
        assert (of(kept), of(other)) == (("failed", "united"), ("handed_over", ""))
        assert sendings.what_came(campaign.batch).left == 1


def test_who_is_queued_under_one_record_is_not_queued_under_the_other(
    north: Hospital, cast: Cast, is_swapped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 1)
    with hospital_scope(north):
        queued, later = reader(), reader()
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        Message.objects.filter(pk=message_of(queued).pk).update(state="delivered")
        made_one(*two(is_swapped, queued, later))
        running.feed(campaign.pk, now=NOW + MINUTE)
        assert outcomes() == [("delivered", "")]


def test_who_is_held_out_under_the_kept_record_is_written_to_under_neither(
    north: Hospital, cast: Cast, is_swapped: bool
) -> None:
    with hospital_scope(north):
        kept, other = two(is_swapped, reader(), reader())
        campaign = started(campaign_of(cast), cast)
        CampaignRecipient.objects.filter(patient=kept).update(outcome="holdout")
        running.feed(campaign.pk, now=NOW)
        made_one(kept, other)
        assert outcomes() == [("failed", "united")]


def test_what_a_pause_holds_goes_on_once(north: Hospital, cast: Cast, is_swapped: bool) -> None:
    with hospital_scope(north):
        kept, other = two(is_swapped, reader(), reader())
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        running.pause(campaign, reason="等等", actor=actor_of(cast.qian), now=NOW)
        made_one(kept, other)
        running.resume(Campaign.objects.get(pk=campaign.pk), actor=actor_of(cast.qian), now=NOW + MINUTE)
        assert (of(kept), of(other)) == (("planned", "resumed"), ("failed", "united"))


def test_what_did_not_reach_the_kept_record_is_sent_to_the_address_of_the_second(
    north: Hospital, cast: Cast, is_swapped: bool
) -> None:
    with hospital_scope(north):
        kept, other = two(is_swapped, reader(), reader())
        campaign = started(campaign_of(cast), cast)
        running.feed(campaign.pk, now=NOW)
        Message.objects.filter(pk=message_of(kept).pk).update(state="failed", reason="hard_bounce")
        made_one(kept, other)
        assert (of(kept), of(other)) == (("failed", "hard_bounce"), ("planned", ""))


def test_a_birthday_is_greeted_once(north: Hospital, cast: Cast, is_swapped: bool) -> None:
    with hospital_scope(north):
        kept, other = two(is_swapped, born_today(), born_today())
        campaign = standing(cast, "birthday")
        occasions.greet(campaign.pk, now=NOW)
        running.feed(campaign.pk, now=NOW)
        made_one(kept, other)
        assert (of(kept), of(other)) == (("planned", ""), ("failed", "united"))


def test_an_occasion_of_two_near_days_is_greeted_once(
    north: Hospital, cast: Cast, is_swapped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 1)
    with hospital_scope(north):
        first, second = reader(), reader()
        campaign = standing(cast, "first_visit", 7)
        for person, day in ((first, DAY - dt.timedelta(days=2)), (second, DAY)):
            campaign.greetings.create(patient=person, occasion="first_visit", on=day)
        running.feed(campaign.pk, now=NOW)
        made_one(*two(is_swapped, first, second))
        running.feed(campaign.pk, now=NOW + MINUTE)
        assert [state for state, _reason in outcomes()].count("planned") == 1
