"""What a campaign brought about, and how sure it is."""

import datetime as dt

import pytest
from django.utils.translation import override

from accounts.models import Hospital
from campaigns.domain import comparing, effect, festivals, intervals, occasions, running
from campaigns.views import results
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from patients.models import SegmentMember
from tests.campaigns.factories import CampaignFactory, CampaignRecipientFactory
from tests.campaigns.scene import NOW, campaign_of, reader, started
from tests.cast import Cast, actor_of
from tests.patients.factories import EncounterFactory


@pytest.mark.unit
def test_newcombe_against_the_printed_examples() -> None:
    """Newcombe 1998, table II, method 10: 56/70 − 48/80 and 0/10 − 0/20."""
    found = intervals.difference(56, 70, 48, 80)
    assert found is not None
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)
    none = intervals.difference(0, 10, 0, 20)
    assert none is not None
    assert (round(none.low, 4), round(none.high, 4), none.is_told) == (-0.1611, 0.2775, False)
    assert intervals.difference(0, 0, 0, 5) is None


@pytest.mark.django_db
def test_visits_count_within_the_days_and_by_draw(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign = CampaignFactory(started_at=NOW, effect_days=30, state="draft")
        people = {name: CampaignRecipientFactory(campaign=campaign).patient for name in "abcde"}
        campaign.recipients.filter(patient__in=[people["d"], people["e"]]).update(outcome="holdout")
        CampaignRecipientFactory(campaign=campaign, outcome="no_consent")
        for name, days, cancelled in [
            ("a", 3, False),
            ("a", -90, False),
            ("b", 31, False),
            ("c", 5, True),
            ("d", 30, False),
        ]:
            on = NOW.date() + dt.timedelta(days=days)
            EncounterFactory(patient=people[name], admitted_on=on, discharged_on=on, is_cancelled=cancelled)
        later = NOW + dt.timedelta(days=40)
        assert effect.due(later) == [campaign.pk]
        effect.keep(campaign.pk, now=later)
        assert effect.due(later) == []
        assert effect.due(later + dt.timedelta(days=1)) == [campaign.pk]
        assert effect.due(NOW + dt.timedelta(days=45)) == []
        campaign.refresh_from_db()
        found = effect.effect_of(campaign, now=later)
        (line,) = comparing.compared(actor_of(cast.qian), now=NOW)
    assert found is not None
    assert found.written == effect.Arm(people=3, visits=1, revisits=1)
    assert found.held_out == effect.Arm(people=2, visits=1, revisits=0)
    assert (found.is_over, found.until, found.as_of) == (True, dt.date(2026, 7, 1), dt.date(2026, 7, 11))
    assert (line.effect.written, line.left) == (found.written, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "name"), [(10, "体检邀约（截至目前）"), (40, "体检邀约")])
def test_a_campaign_whose_days_are_not_over_is_said_to_be_so_far(
    north: Hospital, cast: Cast, days: int, name: str
) -> None:
    with hospital_scope(north), override("zh-hans"):
        campaign = CampaignFactory(name="体检邀约", started_at=NOW, effect_days=30, state="draft")
        CampaignRecipientFactory(campaign=campaign, outcome="holdout")
        effect.keep(campaign.pk, now=NOW)
        lines = comparing.compared(actor_of(cast.qian), now=NOW + dt.timedelta(days=days))
        chart = results.chart_of(lines)
    assert chart is not None
    assert chart["names"] == [name]


@pytest.mark.django_db
def test_of_a_step_each_greeting_counts_from_its_day_and_some_are_held_out(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign = started(campaign_of(cast, occasion="in_segment", occasion_number=3, holdout_percent=50), cast)
        people = [reader() for _n in range(40)]
        for person in people:
            SegmentMember.objects.create(
                segment=campaign.segment, patient=person, since_on=NOW.date() - dt.timedelta(days=3)
            )
        assert occasions.greet(campaign.pk, now=NOW) == 40
        held_out = set(campaign.greetings.filter(is_held_out=True).values_list("patient_id", flat=True))
        assert 0 < len(held_out) < 40
        for person in people[:10]:
            on = NOW.date() + dt.timedelta(days=2)
            EncounterFactory(patient=person, admitted_on=on, discharged_on=on)
        running.feed(campaign.pk, now=NOW)
        assert set(Message.objects.values_list("person_id", flat=True)).isdisjoint(held_out)
        effect.keep(campaign.pk, now=NOW + dt.timedelta(days=9))
        campaign.refresh_from_db()
        found = effect.effect_of(campaign, now=NOW + dt.timedelta(days=9))
        birthday = started(campaign_of(cast, occasion="birthday"), cast)
        assert effect.effect_of(birthday, now=NOW) is None
    assert found is not None
    came = len(held_out & {person.pk for person in people[:10]})
    assert (found.held_out.people, found.held_out.visits, found.held_out.revisits) == (len(held_out), came, 0)
    assert (found.written.people, found.written.visits) == (40 - len(held_out), 10 - came)


@pytest.mark.unit
def test_days_of_both_calendars() -> None:
    found = {day.code: on.isoformat() for on, days in festivals.days_of(2026).items() for day in days}
    wanted = {
        "spring": "2026-02-17",
        "eve": "2026-02-16",
        "lantern": "2026-03-03",
        "dragon": "2026-06-19",
        "autumn": "2026-09-25",
        "ninth": "2026-10-18",
        "laba": "2026-01-26",
        "nurses": "2026-05-12",
        "asthma": "2026-05-05",
        "copd": "2026-11-18",
    }
    assert {code: found[code] for code in wanted} == wanted


@pytest.mark.unit
def test_a_lunar_day_falls_into_a_year_twice_or_not_at_all() -> None:
    laba = next(day for day in festivals.DAYS if day.code == "laba")
    assert [[on.isoformat() for on in laba.in_year(year)] for year in (2022, 2023)] == [
        ["2022-01-10", "2022-12-30"],
        [],
    ]
