"""What a campaign brought about, and how sure it is."""

import datetime as dt

import pytest

from accounts.models import Hospital
from campaigns.domain import comparing, effect, festivals, intervals
from hospital_crm.tenancy.scope import hospital_scope
from tests.campaigns.factories import CampaignFactory, CampaignRecipientFactory
from tests.campaigns.scene import NOW
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
        found = effect.effect_of(campaign, now=NOW + dt.timedelta(days=40))
        (line,) = comparing.compared(actor_of(cast.qian), now=NOW)
    assert found is not None
    assert found.written == effect.Arm(people=3, visits=1, revisits=1)
    assert found.held_out == effect.Arm(people=2, visits=1, revisits=0)
    assert (found.is_over, found.until) == (True, dt.date(2026, 7, 1))
    assert (line.effect.written, line.left) == (found.written, 0)


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
