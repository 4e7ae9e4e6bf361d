"""The working-day clock against the published calendars of China, and a hospital's own days."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from accounts.calendar import WorkingCalendar, day_end, day_start, is_provisional, today
from accounts.models import CalendarDay, Hospital

DATA = Path(os.environ.get("CRM_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "cn" / "calendar"


@pytest.mark.unit
@pytest.mark.conformance
@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not here")
@pytest.mark.parametrize("year", range(2007, 2027))
def test_every_day_is_as_published(year: int) -> None:
    published = {
        dt.date.fromisoformat(day["date"]): not day["isOffDay"]
        for path in sorted((DATA / "holiday-cn").glob("20??.json"))
        for day in json.loads(path.read_text())["days"]
    }
    calendar = WorkingCalendar()
    days = [dt.date(year, 1, 1) + dt.timedelta(n) for n in range(366)]
    wrong = {
        day: calendar.is_working(day)
        for day in days
        if day.year == year and calendar.is_working(day) is not published.get(day, day.weekday() < 5)
    }
    assert wrong == {}


@pytest.mark.unit
def test_a_year_without_an_official_calendar_is_provisional() -> None:
    calendar = WorkingCalendar()
    assert (is_provisional(2026), is_provisional(2060)) == (False, True)
    assert [calendar.is_working(dt.date(2060, 3, day)) for day in (5, 6, 7, 8)] == [True, False, False, True]
    assert not calendar.is_working(dt.date(2060, 1, 1))


@pytest.mark.unit
def test_working_days_are_counted_over_a_make_up_saturday() -> None:
    calendar = WorkingCalendar()
    assert calendar.add_working_days(dt.date(2026, 2, 13), 1) == dt.date(2026, 2, 14)
    assert calendar.add_working_days(dt.date(2026, 2, 13), 2) == dt.date(2026, 2, 24)
    assert calendar.add_working_days(dt.date(2026, 2, 15), 0) == dt.date(2026, 2, 15)
    assert calendar.next_working(dt.date(2026, 2, 15)) == dt.date(2026, 2, 24)
    with pytest.raises(ValueError, match="forward"):
        calendar.add_working_days(dt.date(2026, 2, 13), -1)


def test_a_hospitals_own_days_win(in_north: Hospital) -> None:
    CalendarDay.objects.create(day=dt.date(2026, 3, 4), is_working=False, name="院庆")
    CalendarDay.objects.create(day=dt.date(2026, 3, 8), is_working=True)
    calendar = WorkingCalendar.of_hospital()
    assert [calendar.is_working(dt.date(2026, 3, day)) for day in (3, 4, 8)] == [True, False, True]
    assert calendar.fingerprint(2026) != WorkingCalendar().fingerprint(2026)
    assert calendar.fingerprint(2027) == WorkingCalendar().fingerprint(2027)


def test_today_is_the_hospitals_today(north: Hospital) -> None:
    now = dt.datetime(2026, 3, 1, 16, 30, tzinfo=dt.UTC)
    assert today(north, now) == dt.date(2026, 3, 2)
    north.timezone = "Asia/Urumqi"
    assert today(north, now) == dt.date(2026, 3, 1)


def test_a_day_of_the_hospital_begins_and_ends_at_its_midnight(north: Hospital) -> None:
    day = dt.date(2026, 3, 2)
    assert day_start(day, north) == dt.datetime(2026, 3, 1, 16, tzinfo=dt.UTC)
    assert day_end(day, north) == dt.datetime(2026, 3, 2, 16, tzinfo=dt.UTC)
