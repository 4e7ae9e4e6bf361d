"""Campaigns that stand: for whom it is the day, and once for each person and day."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Hospital
from campaigns.domain import comparing, editing, occasions, running
from campaigns.domain.errors import CampaignError
from campaigns.models import Campaign, Greeting
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from patients.models import Patient, SegmentMember
from tests.campaigns.scene import NOW, allow, campaign_of, reader, started
from tests.cast import Cast, actor_of
from tests.patients.factories import EncounterFactory

DAY = dt.date(2026, 6, 1)


@pytest.mark.unit
def test_birthdays_by_the_sun_with_the_leap_day() -> None:
    def born(*parts: int) -> bool:
        return dt.date(1960, 2, 29) in occasions._births_by_sun(dt.date(*parts))

    assert (born(2026, 2, 28), born(2028, 2, 28), born(2028, 2, 29), born(2026, 3, 1)) == (True, False, True, False)
    assert dt.date(1960, 6, 1) in occasions._births_by_sun(DAY)


@pytest.mark.unit
def test_birthdays_by_the_moon() -> None:
    """The fifth of the fifth month was the 19th of June in 2026 and the 29th of May in 1960; the sixth month of 1960
    was doubled, and of 1979 too.
    """
    births = occasions.births_by_moon(dt.date(2026, 6, 19))
    assert dt.date(1960, 5, 29) in births
    assert dt.date(1960, 5, 30) not in births
    leap = occasions.births_by_moon(dt.date(2026, 7, 14))  # the first of the sixth month
    assert {dt.date(1960, 6, 24), dt.date(1960, 7, 24)} <= set(leap)


@pytest.mark.unit
def test_months_end_with_the_month() -> None:
    found = occasions._days_so_many_months_ago(dt.date(2026, 2, 28), 6)
    assert [on.isoformat() for on in found] == ["2025-08-28", "2025-08-29", "2025-08-30", "2025-08-31"]
    assert occasions._days_so_many_months_ago(dt.date(2026, 5, 31), 3) == []


def standing(cast: Cast, occasion: str, number: int = 0) -> Campaign:
    """A campaign that stands and has begun."""
    return started(campaign_of(cast, occasion=occasion, occasion_number=number), cast)


def born_today(year: int = 1960) -> Patient:
    """Somebody whose birthday it is."""
    person = reader()
    Patient.objects.filter(pk=person.pk).update(birth_date=dt.date(year, 6, 1))
    return person


@pytest.mark.django_db
def test_a_birthday_is_greeted_once_whatever_stands_for_it(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        person = born_today()
        reader()
        first, second = standing(cast, "birthday"), standing(cast, "birthday")
        assert [occasions.greet(one.pk, now=NOW) for one in (first, first, second)] == [1, 0, 0]
        assert [running.feed(first.pk, now=NOW) for _n in range(2)] == [1, 0]
        assert running.feed(second.pk, now=NOW) == 0
        assert list(Message.objects.values_list("key", "person_id")) == [
            (f"campaign:{first.pk}:{person.pk}:20260601", person.pk)
        ]
        first.refresh_from_db()
        assert (first.state, first.counted) == ("running", {})
        with pytest.raises(IntegrityError), transaction.atomic():
            Greeting.objects.create(campaign=second, patient=person, occasion="birthday", on=DAY)
        year = NOW.replace(year=2027)
        assert occasions.greet(second.pk, now=year) == 1


@pytest.mark.django_db
def test_nobody_is_greeted_before_nine_or_without_consent(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        person = born_today()
        campaign = standing(cast, "birthday")
        assert occasions.greet(campaign.pk, now=NOW - dt.timedelta(hours=2)) == 0
        stranger = reader(allows=False)
        Patient.objects.filter(pk=stranger.pk).update(birth_date=dt.date(1955, 6, 1))
        assert occasions.greet(campaign.pk, now=NOW) == 1
        assert list(Greeting.objects.values_list("patient_id", flat=True)) == [person.pk]


@pytest.mark.django_db
def test_visits_make_occasions(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        people = {name: reader() for name in ("checked", "checked_again", "new", "known")}
        visits = [
            *(("checked", dt.date(2025, 6, 1), "checkup"), ("checked_again", dt.date(2025, 6, 1), "checkup")),
            *(("checked_again", dt.date(2026, 1, 5), "checkup"), ("new", dt.date(2026, 5, 25), "outpatient")),
            *(("known", dt.date(2026, 5, 25), "outpatient"), ("known", dt.date(2026, 1, 1), "outpatient")),
        ]
        for name, on, kind in visits:
            EncounterFactory(patient=people[name], kind=kind, admitted_on=on, discharged_on=on)
        found = {}
        for code, number in (("checkup", 12), ("first_visit", 7), ("nurses", 0), ("children", 0)):
            occasions.greet(standing(cast, code, number).pk, now=NOW)
            greeted = Greeting.objects.filter(occasion=code).values_list("patient_id", flat=True)
            found[code] = {name for name, person in people.items() if person.pk in set(greeted)}
    assert found == {
        "checkup": {"checked"},
        "first_visit": {"new"},
        "nurses": set(),
        "children": set(people),
    }


@pytest.mark.django_db
def test_what_counts_days_may_come_a_week_late_and_a_birthday_never(north: Hospital, cast: Cast) -> None:
    """For three days nothing ran; then the first visit is still told of, once, and the birthday is over."""
    with hospital_scope(north):
        new, born = reader(), born_today()
        on = DAY - dt.timedelta(days=6)
        EncounterFactory(patient=new, kind="outpatient", admitted_on=on, discharged_on=on)
        visit, birthday = standing(cast, "first_visit", 7), standing(cast, "birthday")
        days = [NOW + dt.timedelta(days=n) for n in (4, 5, 9)]
        assert [occasions.greet(visit.pk, now=day) for day in days] == [1, 0, 0]
        assert [occasions.greet(birthday.pk, now=day) for day in days] == [0, 0, 0]
        assert list(Greeting.objects.values_list("patient_id", "on")) == [(new.pk, dt.date(2026, 6, 5))]
        running.feed(visit.pk, now=days[0])
        occasions.greet(standing(cast, "birthday").pk, now=NOW)
        running.feed(Campaign.objects.latest("pk").pk, now=NOW)
        ends = dict(Message.objects.values_list("person_id", "not_after"))
    midnight = dt.datetime(2026, 6, 1, 16, tzinfo=dt.UTC)
    assert ends == {born.pk: midnight, new.pk: midnight + dt.timedelta(days=4 + 6)}


@pytest.mark.django_db
def test_nobody_is_told_of_days_before_the_campaign_began(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        on = DAY - dt.timedelta(days=9)
        EncounterFactory(patient=reader(), kind="outpatient", admitted_on=on, discharged_on=on)
        assert occasions.greet(standing(cast, "first_visit", 7).pk, now=NOW) == 0


@pytest.mark.django_db
def test_two_steps_of_a_journey_never_come_on_the_same_day(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        first, second = standing(cast, "in_segment", 14), standing(cast, "in_segment", 13)
        person = reader()
        since = DAY - dt.timedelta(days=14)
        SegmentMember.objects.create(segment=first.segment, patient=person, since_on=since)
        Campaign.objects.filter(pk=second.pk).update(started_at=NOW - dt.timedelta(days=1))
        assert [occasions.greet(one.pk, now=NOW) for one in (first, second)] == [1, 0]
        assert occasions.greet(second.pk, now=NOW + dt.timedelta(days=1)) == 1


@pytest.mark.django_db
def test_a_number_is_said_where_one_is_needed(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign = campaign_of(cast)
        about = {name: getattr(campaign, name) for name in editing.KEPT} | {"occasion": "checkup"}
        with pytest.raises(CampaignError) as refused:
            editing.describe(campaign, is_commercial=False, actor=actor_of(cast.sun), **about)
    assert refused.value.field == "occasion_number"


@pytest.mark.django_db
def test_a_step_of_a_journey_ends_for_who_leaves_comes_or_withdraws(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        campaign = standing(cast, "in_segment", 14)
        people = {name: reader() for name in ("stays", "late", "left", "came", "came_before", "withdrew")}
        for name, person in people.items():
            since = DAY - dt.timedelta(days=13 if name == "late" else 14)
            if name != "left":
                SegmentMember.objects.create(segment=campaign.segment, patient=person, since_on=since)
        for name, days in (("came", 5), ("came_before", 20)):
            on = DAY - dt.timedelta(days=days)
            EncounterFactory(patient=people[name], admitted_on=on, discharged_on=on)
        allow(people["withdrew"], decision="withdrawn", days_ago=1)
        occasions.greet(campaign.pk, now=NOW)
        greeted = set(Greeting.objects.values_list("patient_id", flat=True))
        ((segment, steps),) = comparing.journeys(actor_of(cast.qian))
    assert {name for name, person in people.items() if person.pk in greeted} == {"stays", "came_before"}
    assert (segment, [(one.campaign, one.greeted, one.arrived) for one in steps]) == (
        campaign.segment,
        [(campaign, 2, 0)],
    )
