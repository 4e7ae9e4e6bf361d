"""Working days change after orders were planned: due days follow, and nothing else."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from accounts import calendar
from accounts.models import AuditEvent, CalendarDay, Hospital
from followups.domain.calendar_days import follow_calendar
from followups.models import FollowUpOrder
from followups.templatetags.followups import due_day
from hospital_crm.schedule import BEAT_SCHEDULE
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from patients.models import Encounter
from tests.cast import Cast, client_of
from tests.followups.test_planning import MONDAY, NOW, a_stay, planned, rows

OFF = dt.date(2026, 3, 9)


@pytest.fixture
def stay(in_north: Hospital, cast: Cast) -> Encounter:
    """A stay of tier B of physician Chen, whose first step is due on 9 March, planned by the calendar as it is."""
    assert cast.chen
    found = a_stay(surgery_level=2, attending=cast.chen)
    planned(found)
    assert follow_calendar(now=NOW) == 0
    return found


def days(stay: Encounter) -> list[str]:
    return [day for _step, _occurrence, day, _state in rows(stay)]


def test_a_day_off_entered_later_moves_what_is_due_on_it_as_if_planned_then(stay: Encounter, cast: Cast) -> None:
    day = CalendarDay.objects.create(day=OFF, is_working=False, name="院庆")
    assert days(stay)[0] == "2026-03-09"
    assert (follow_calendar(now=NOW), follow_calendar(now=NOW)) == (1, 0)
    another = a_stay(surgery_level=2)
    planned(another)
    assert days(stay) == days(another) == ["2026-03-10", "2026-03-30", "2026-06-01"]
    assert set(FollowUpOrder.objects.filter(run__encounter=stay).values_list("version", flat=True)) == {0, 1}
    told = Message.objects.get(template="followups.days_moved")
    assert (told.staff, told.context) == (cast.chen, {"count": 1})
    moved = FollowUpOrder.objects.get(run__encounter=stay, step__number=1)
    event = AuditEvent.objects.get(verb="followups.orders.follow_calendar", detail__orders=[moved.pk])
    assert event.detail["years"] == [2026]
    day.delete()
    assert (follow_calendar(now=NOW), days(stay)[0]) == (2, "2026-03-09")


def test_what_was_begun_is_over_or_has_ended_stays_as_it_is(stay: Encounter) -> None:
    first, second, third = FollowUpOrder.objects.order_by("due_on")
    FollowUpOrder.objects.filter(pk=first.pk).update(state="attempted", attempts_count=1)
    FollowUpOrder.objects.filter(pk=second.pk).update(state="void", closed_at=NOW)
    late = {"earliest_on": "2026-02-20", "due_on": "2026-02-25", "latest_on": "2026-03-01", "escalation_level": 1}
    FollowUpOrder.objects.filter(pk=third.pk).update(**late)
    before = list(FollowUpOrder.objects.order_by("pk").values())
    for day in ("2026-02-25", "2026-03-09", "2026-03-30", "2026-06-01"):
        CalendarDay.objects.create(day=day, is_working=False)
    assert follow_calendar(now=NOW) == 0
    assert list(FollowUpOrder.objects.order_by("pk").values()) == before
    assert not Message.objects.filter(template="followups.days_moved").exists()


def test_what_was_planned_into_a_year_not_announced_follows_the_announcement(
    in_north: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, now = dt.date(2059, 12, 26), dt.datetime(2059, 12, 27, 2, tzinfo=dt.UTC)
    found = a_stay(surgery_level=2, admitted_on=ended - dt.timedelta(4), discharged_on=ended)
    planned(found, on=now.date(), now=now)
    assert (follow_calendar(now=now), days(found)[0]) == (0, "2060-01-02")
    national = calendar._national_year

    def announced(year: int) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
        off, made_up = national(year)
        return (off | {dt.date(2060, 1, 2)}, made_up | {dt.date(2060, 1, 3)}) if year == 2060 else (off, made_up)

    monkeypatch.setattr(calendar, "_national_year", announced)
    assert (follow_calendar(now=now), days(found)[0]) == (1, "2060-01-03")


def test_a_due_day_of_a_year_not_announced_is_said_to_be_provisional() -> None:
    assert due_day(dt.date(2060, 1, 2), NOW) == "2060-01-02（暂定）"
    assert due_day(MONDAY, NOW) == "03-02"


def test_an_administrators_day_asks_at_once_and_the_night_asks_too(
    north: Hospital, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    task = "followups.follow_calendar"
    assert BEAT_SCHEDULE["follow-calendar-nightly"]["args"] == (task,)
    admin = client_of(cast.deng)
    with django_capture_on_commit_callbacks() as asked:
        admin.post("admin/accounts/calendarday/add/", {"day": "2026-12-31", "name": "院庆"})
    with hospital_scope(north):
        day = CalendarDay.objects.get()
    connection.run_on_commit.clear()  # as if committed: what is asked for already would not be asked for again
    with django_capture_on_commit_callbacks() as again:
        admin.post(f"admin/accounts/calendarday/{day.pk}/delete/", {"post": "yes"})
    assert [task in {getattr(ask, "name", "") for ask in asks} for asks in (asked, again)] == [True, True]
