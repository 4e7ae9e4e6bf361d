"""Windows in working days: worked by hand around the holidays of China, and properties that hold for any step."""

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.calendar import WorkingCalendar
from followups.domain.windows import has_occurrence, window_of

pytestmark = pytest.mark.unit

CHINA = WorkingCalendar()
NEVER = WorkingCalendar({dt.date(2026, 1, 1) + dt.timedelta(n): False for n in range(60, 120)})


@dataclass(frozen=True)
class Step:
    """What a window asks of a step."""

    earliest_days: int
    due_days: int
    latest_days: int
    due_basis: str = "calendar"
    duty_days: int | None = None
    repeats_every: int | None = None
    repeat_until: int | None = None


A1 = Step(1, 2, 5, "working", 4)
A2 = Step(6, 7, 9)
A4 = Step(27, 30, 33)
A5 = Step(57, 60, 63, repeats_every=30, repeat_until=90)
B1 = Step(3, 7, 10)
B2 = Step(14, 28, 35)
B4 = Step(170, 180, 187, repeats_every=90)


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# step, discharge, due, on the duty list. Earliest and latest are plain days and need no table.
BY_HAND = [
    # an ordinary week: Monday 2 March 2026
    (A1, "2026-03-02", "2026-03-04", False),
    (A1, "2026-03-05", "2026-03-09", False),  # Thursday: Friday, then Monday
    (A1, "2026-03-06", "2026-03-10", False),  # Friday: Monday, Tuesday; latest Wednesday
    (A1, "2026-03-07", "2026-03-10", False),  # Saturday
    (A2, "2026-03-02", "2026-03-09", False),
    (A2, "2026-03-01", "2026-03-09", False),  # T+7 is Sunday 8 March → Monday 9, latest Tuesday 10
    # Spring Festival 2026: off 15–23 February, worked on Saturdays 14 and 28
    (A1, "2026-02-12", "2026-02-14", False),  # Thursday: Friday 13, make-up Saturday 14
    (A1, "2026-02-13", "2026-02-14", False),  # second working day is 24 February, past latest 18 → last before: 14
    (A1, "2026-02-14", "2026-02-18", True),  # 15–19 all off → T+4, duty list
    (A1, "2026-02-16", "2026-02-20", True),  # 17–21 all off
    (A1, "2026-02-19", "2026-02-24", False),  # second working day is 25, past latest 24 → 24
    (A2, "2026-02-08", "2026-02-14", False),  # T+7 is 15, off until 24, latest 17 → back to make-up Saturday 14 = T+6
    (A2, "2026-02-10", "2026-02-17", True),  # 16–19 all off
    (B1, "2026-02-11", "2026-02-14", False),  # T+7 is 18, latest 21 → back to 14 = T+3
    (B1, "2026-02-14", "2026-02-24", False),  # T+7 is 21 → 24 = latest
    # National Day 2025: off 1–8 October, worked on Sunday 28 September and Saturday 11 October
    (A1, "2025-09-26", "2025-09-29", False),  # Friday: make-up Sunday 28, Monday 29
    (A1, "2025-09-30", "2025-10-04", True),  # 1–5 October off
    (A1, "2025-10-04", "2025-10-09", False),  # second working day is 10, past latest 9 → 9
    (A2, "2025-09-26", "2025-10-03", True),  # 2–5 October off
    (A2, "2025-10-03", "2025-10-10", False),
    (A2, "2025-10-04", "2025-10-11", False),  # make-up Saturday 11
    (A2, "2025-10-05", "2025-10-13", False),  # T+7 is Sunday 12 → Monday 13
    (A4, "2025-09-03", "2025-09-30", False),  # T+30 is 3 October, latest 6 → back to 30 September = T+27
    (B2, "2025-09-04", "2025-10-09", False),  # T+28 is 2 October → 9 = latest
    # New Year 2026: off 1–3 January, worked on Sunday 4
    (A1, "2025-12-31", "2026-01-05", False),  # make-up Sunday 4, Monday 5 = latest
    (A2, "2025-12-25", "2025-12-31", False),  # T+7 is 1 January, latest 3 → back to 31 December = T+6
    # Labour Day 2025: off 1–5 May, worked on Sunday 27 April
    (A1, "2025-04-30", "2025-05-04", True),  # 1–5 May off
    (A1, "2025-04-25", "2025-04-28", False),  # make-up Sunday 27, Monday 28
]


@pytest.mark.parametrize(("step", "discharged", "due", "duty"), BY_HAND)
def test_window_worked_by_hand(step: Step, discharged: str, due: str, duty: bool) -> None:
    anchor = d(discharged)
    window = window_of(step, anchor, CHINA)
    assert (window.due_on, window.is_duty_list) == (d(due), duty)
    assert window.earliest_on == anchor + dt.timedelta(step.earliest_days)
    assert window.latest_on == anchor + dt.timedelta(step.latest_days)


def test_window_of_working_days_without_any_is_the_fourth_day() -> None:
    window = window_of(A1, d("2026-03-02"), NEVER)
    assert (window.due_on, window.is_duty_list) == (d("2026-03-06"), True)


def test_window_knows_a_hospitals_own_days() -> None:
    closed = WorkingCalendar({d("2026-03-04"): False})
    assert window_of(A1, d("2026-03-02"), closed).due_on == d("2026-03-05")
    opened = WorkingCalendar({d("2026-03-08"): True})
    assert window_of(A2, d("2026-03-01"), opened).due_on == d("2026-03-08")


@pytest.mark.parametrize(
    ("step", "occurrence", "due"),
    [(A5, 1, "2026-05-01"), (A5, 2, "2026-05-31"), (B4, 1, "2026-08-29"), (B4, 2, "2026-11-27"), (B4, 5, "2027-08-24")],
)
def test_window_of_a_repeat_counts_from_the_anchor(step: Step, occurrence: int, due: str) -> None:
    window = window_of(step, d("2026-03-02"), WorkingCalendar({d(due): True}), occurrence=occurrence)
    assert window.due_on == d(due)


def test_repeats_end_where_the_step_says() -> None:
    assert [has_occurrence(A5, n) for n in (0, 1, 2, 3)] == [False, True, True, False]
    assert [has_occurrence(A2, n) for n in (0, 1, 2)] == [False, True, False]
    assert has_occurrence(B4, 400)
    with pytest.raises(ValueError, match="no occurrence 3"):
        window_of(A5, d("2026-03-02"), CHINA, occurrence=3)


days = st.dates(dt.date(2020, 1, 1), dt.date(2029, 12, 31))
offsets = st.tuples(st.integers(0, 200), st.integers(0, 30), st.integers(0, 30))
closed_days = st.sets(st.integers(0, 60), max_size=60)


@settings(max_examples=60, deadline=None)
@given(anchor=days, offset=offsets, closed=closed_days)
def test_due_day_of_calendar_days_never_leaves_the_window(anchor: dt.date, offset: tuple, closed: set) -> None:
    earliest, to_due, to_latest = offset
    step = Step(earliest, earliest + to_due, earliest + to_due + to_latest)
    first = anchor + dt.timedelta(earliest)
    calendar = WorkingCalendar({first + dt.timedelta(n): False for n in closed})
    window = window_of(step, anchor, calendar)
    assert window.earliest_on <= window.due_on <= window.latest_on
    plain = anchor + dt.timedelta(step.due_days)
    workable = [
        window.earliest_on + dt.timedelta(n)
        for n in range((window.latest_on - window.earliest_on).days + 1)
        if calendar.is_working(window.earliest_on + dt.timedelta(n))
    ]
    later = [day for day in workable if day >= plain]
    earlier = [day for day in workable if day < plain]
    expected = later[0] if later else earlier[-1] if earlier else plain
    assert window.due_on == expected
    assert window.is_duty_list is (not workable)


@settings(max_examples=60, deadline=None)
@given(anchor=days, n=st.integers(0, 5), closed=closed_days)
def test_due_day_of_working_days_is_worked_or_on_the_duty_list(anchor: dt.date, n: int, closed: set) -> None:
    step = Step(1, n, 5, "working", 4)
    calendar = WorkingCalendar({anchor + dt.timedelta(k): False for k in closed})
    window = window_of(step, anchor, calendar)
    assert window.earliest_on <= window.due_on <= window.latest_on or n == 0
    if window.is_duty_list:
        assert window.due_on == anchor + dt.timedelta(4)
    else:
        assert calendar.is_working(window.due_on)
