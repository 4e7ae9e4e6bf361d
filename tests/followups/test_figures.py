"""The figures of follow-up on cases counted by hand, and the lists behind them."""

import datetime as dt

import pytest

from accounts.models import Department
from followups.domain import figures
from followups.domain.figures import Figures, Period
from followups.models import FollowUpOrder
from tests.cast import CARDIOLOGY, SURGERY
from tests.followups.factories import FollowUpOrderFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 20)
NOVEMBER = Period(dt.date(2026, 11, 1), TODAY)


def at(day: int, hour: int = 10) -> dt.datetime:
    """An hour of a day of November 2026 in Shanghai."""
    return dt.datetime(2026, 11, day, hour, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def order(due: int, latest: int | None = None, **fields: object) -> FollowUpOrder:
    """An order due that day of November."""
    day = dt.date(2026, 11, due)
    return FollowUpOrderFactory(
        earliest_on=day, due_on=day, latest_on=dt.date(2026, 11, latest or due), **{"state": "dispatched", **fields}
    )


def completed(due: int, on: int, latest: int | None = None, **fields: object) -> FollowUpOrder:
    """An order completed and filed on that day."""
    done = {"attempts_count": 1, "reached_at": at(on), "completed_at": at(on), "last_outcome": "completed"}
    return order(due, latest, **{"state": "filed", "closed_at": at(on), **done, **fields})


@pytest.fixture
def november(in_north):
    """Ten steps of November: eight are due, two ended with the person."""
    completed(2, 2, tier="A")
    completed(3, 5, latest=5, tier="A")
    completed(4, 9, latest=6, tier="B")  # completed, but after the latest day
    order(5, latest=30, tier="B", state="attempted", attempts_count=1, last_outcome="no_answer")
    order(6, latest=30, tier="B", state="attempted", attempts_count=2, reached_at=at(7), last_outcome="partly")
    order(7, tier="C", state="lost", attempts_count=3, closed_at=at(12))
    order(8, tier="C", state="refused", attempts_count=1, reached_at=at(8), closed_at=at(8))
    order(9, tier="C")  # nobody has called, and the latest day is over
    order(10, state="died")
    order(11, state="void")
    return in_north


def test_figures_count_by_hand(november):
    assert figures.totals(NOVEMBER) == Figures(
        due=8,
        attempted=7,
        reached=5,
        effective=3,
        timely=2,
        lost=1,
        refused=1,
        dissatisfied=0,
        tier_a=2,
        tier_b=3,
        tier_c=3,
    )


def test_rates_follow_from_the_counts(november):
    total = figures.totals(NOVEMBER)
    assert [total.coverage, total.reached_rate, total.effective_rate, total.timely_rate] == [87.5, 500 / 7, 37.5, 25.0]


def test_a_rate_of_nothing_is_missing_not_zero():
    assert [Figures().coverage, Figures().reached_rate, Figures().effective_rate] == [None, None, None]


def test_every_list_is_as_long_as_its_number(november):
    total = figures.totals(NOVEMBER)
    lengths = {name: figures.behind(name, NOVEMBER).count() for name in figures.MEASURES}
    assert lengths == {name: getattr(total, name) for name in figures.MEASURES}


@pytest.mark.parametrize("state", ["died", "readmitted", "transferred", "void", "suspended"])
def test_what_ended_with_the_person_is_not_due(in_north, state):
    order(2, state=state)
    assert figures.totals(NOVEMBER).due == 0


@pytest.mark.parametrize("state", ["lost", "refused", "planned", "returned", "attempted", "submitted"])
def test_nothing_else_leaves_the_denominator(in_north, state):
    order(2, state=state)
    assert figures.totals(NOVEMBER).due == 1


def test_a_result_returned_for_redo_is_not_effective_until_it_is_sent_again(in_north):
    done = completed(2, 2)
    FollowUpOrder.objects.filter(pk=done.pk).update(state="returned", closed_at=None)
    assert figures.totals(NOVEMBER).effective == 0


def test_timely_counts_days_of_the_hospital_not_of_greenwich(in_north):
    midnight = dt.timedelta(minutes=10)
    late = completed(2, 3)
    FollowUpOrder.objects.filter(pk=late.pk).update(completed_at=at(3, 0) + midnight)  # still the 2nd in Greenwich
    assert [figures.totals(NOVEMBER).effective, figures.totals(NOVEMBER).timely] == [1, 0]


def test_a_step_counts_in_the_period_of_its_due_day(in_north):
    completed(2, 20, latest=30)
    days = [Period(dt.date(2026, 11, 2), dt.date(2026, 11, 2)), Period(dt.date(2026, 11, 3), TODAY)]
    assert [figures.totals(period).due for period in days] == [1, 0]


def test_groups_add_up_to_the_whole(november):
    heart, surgery = (Department.objects.get_or_create(name=name)[0] for name in (CARDIOLOGY, SURGERY))
    for i, row in enumerate(FollowUpOrder.objects.order_by("pk")):
        FollowUpOrder.objects.filter(pk=row.pk).update(department=[heart, surgery, None][i % 3])
    groups = figures.by("department_id", NOVEMBER)
    assert figures.add_up(list(groups.values())) == figures.totals(NOVEMBER)
    assert groups.keys() == {heart.pk, surgery.pk, None}


def test_late_is_a_state_of_today_whatever_the_period(november):
    assert figures.late_now(TODAY).count() == 1
    assert figures.late_now(dt.date(2026, 11, 9)).count() == 0
    assert figures.late_by("tier", TODAY) == {"C": 1}


def test_the_other_hospital_does_not_count(november, south):
    from hospital_crm.tenancy.scope import hospital_scope

    with hospital_scope(south):
        assert figures.totals(NOVEMBER) == Figures()


def test_targets_are_weighted_by_the_mix_of_tiers():
    targets = figures.Targets({"A": 100, "B": 98, "C": 95}, {"A": 95, "B": 85, "C": 70})
    mix = Figures(due=4, tier_a=1, tier_b=1, tier_c=2)
    assert [targets.coverage_of(mix), targets.effective_of(mix), targets.coverage_of(Figures())] == [97.0, 80.0, None]


@pytest.mark.parametrize(("rate", "low"), [(79.9, True), (80.0, False), (90.0, False), (None, False)])
def test_low_is_said_more_than_five_points_below(rate, low):
    assert figures.is_low(rate, 85.0) is low


def test_weekly_trend_has_gaps_where_nothing_was_due(in_north):
    completed(3, 3)
    order(17, latest=30)
    completed(18, 18)
    after, running = TODAY + dt.timedelta(weeks=1), figures.weekly("tier", TODAY, weeks=2)
    assert running == {"B": [(1, 1), (0, 0)]}  # of the running week much is still to be done
    weeks = figures.weekly("tier", after, weeks=3)
    assert weeks == {"B": [(1, 1), (0, 0), (2, 1)]}
    assert figures.trend(weeks["B"]) == [100.0, None, 50.0]


def test_weeks_of_groups_add_up(november):
    together = figures.all_together(figures.weekly("tier", TODAY).values())
    assert [sum(week) for week in zip(*together, strict=True)] == [8, 3]


@pytest.mark.parametrize(
    ("choose", "first", "last"),
    [
        (figures.this_week, dt.date(2026, 11, 16), TODAY),
        (figures.this_month, dt.date(2026, 11, 1), TODAY),
        (figures.last_month, dt.date(2026, 10, 1), dt.date(2026, 10, 31)),
    ],
)
def test_periods_are_whole_days_of_the_hospital(choose, first, last):
    assert choose(TODAY) == Period(first, last)
