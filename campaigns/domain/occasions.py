"""Campaigns that stand: approved once, they write on each day to those of the segment for whom it is the day, a
birthday by the sun or the moon, months since the last check-up, days after the first visit, the day on which somebody
became lost, a festival or a day of health.

Several that stand for days in one segment are a journey: its steps end for whoever leaves the segment, comes again, or
takes the consent back. Everybody is asked for consent, address and budget each time, and greeted once. What counts
months or days is said within a week of its day to whom it could not be said on it, because the budget was full, the
campaign was paused, or nothing ran; a birthday or a festival is not wished late.
"""

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from lunar_python import Lunar, LunarYear, Solar

from accounts.calendar import day_end, day_start, today
from campaigns.domain import audience, festivals
from campaigns.models import Campaign, Greeting
from hospital_crm.tenancy.scope import required_hospital
from patients.domain.segments import compiling
from patients.models import Encounter, PersonLabel, SegmentMember
from patients.models.label_words import Axis, VisitCycle

# Nobody is greeted before this hour of the hospital's day.
FROM_HOUR = 9
# So many days what counts months or days may come late, its own day among them.
CATCHES_UP = 7
_FIRST_BIRTH = 1900
_DAY = dt.timedelta(days=1)
OWN_DAYS: dict[str, Any] = {
    "birthday": _("birthday"),
    "moon_birthday": _("birthday by the moon"),
    "checkup": _("so many months after the last check-up"),
    "first_visit": _("so many days after the first visit"),
    "lost": _("the day on which somebody became lost"),
    "in_segment": _("so many days in the segment: a step of a journey"),
}
JOURNEY = "in_segment"
# What needs a number beside it: months, days.
COUNTED = frozenset({"checkup", "first_visit", JOURNEY})
# Steps of one segment's journey are greeted for as one occasion.
_STEP = "segment:"
# What is still worth saying some days late. These are meant to bring people back, so a part of them is held out.
COMES_LATE = COUNTED | {"lost"}


def choices() -> list[tuple[str, Any]]:
    """Every occasion a campaign can stand for, in words."""
    return [*OWN_DAYS.items(), *((day.code, day.label) for day in festivals.DAYS)]


def words_of(code: str) -> str:
    """An occasion in words; '' for a campaign that is sent once."""
    return str(dict(choices()).get(code, code))


def people_on(campaign: Campaign, day: dt.date) -> Q | None:
    """For whom it is the day; None: for nobody."""
    code = campaign.occasion
    if code in COMES_LATE:
        return _people_of_days(campaign, _days_to_catch_up(campaign, day)) & ~_greeted_lately(campaign, day)
    if code == "birthday":
        return Q(birth_date__in=_births_by_sun(day))
    if code == "moon_birthday":
        return Q(birth_date__in=births_by_moon(day))
    is_day = any(one.code == code for one in festivals.days_of(day.year).get(day, []))
    return Q(pk__isnull=False) if is_day else None


def _people_of_days(campaign: Campaign, days: list[dt.date]) -> Q:
    """For whom one of these days, the last one first, is the day of what may come late."""
    number = campaign.occasion_number
    if campaign.occasion == JOURNEY:
        return Q(pk__in=_on_journey(campaign, [day - number * _DAY for day in days]).values("patient_id"))
    if campaign.occasion == "first_visit":
        return Q(pk__in=_seen(Min("admitted_on"), [day - number * _DAY for day in days]))
    if campaign.occasion == "lost":
        hospital = required_hospital()
        became = PersonLabel.objects.filter(axis=Axis.VISIT_CYCLE, value=VisitCycle.LAPSED, until_at__isnull=True)
        first, end = day_start(days[-1], hospital), day_end(days[0], hospital)
        return Q(pk__in=became.filter(since_at__gte=first, since_at__lt=end).values("patient_id"))
    visits = [on for day in days for on in _days_so_many_months_ago(day, number)]
    return Q(pk__in=_seen(Max("admitted_on"), visits, kind=Encounter.Kind.CHECKUP))


def _days_to_catch_up(campaign: Campaign, day: dt.date) -> list[dt.date]:
    """The day and those of the week before it, none before the campaign began."""
    begun = today(now=campaign.started_at) if campaign.started_at else day
    return [one for one in (day - n * _DAY for n in range(CATCHES_UP)) if one >= begun] or [day]


def _greeted_lately(campaign: Campaign, day: dt.date) -> Q:
    """Whom this campaign has greeted within the days that it catches up."""
    lately = Greeting.objects.filter(campaign=campaign, on__gt=day - CATCHES_UP * _DAY)
    return Q(pk__in=lately.values("patient_id"))


def births_by_moon(day: dt.date) -> list[dt.date]:
    """Days of birth whose lunar birthday is this day. Who was born in a leap month has the month of that number; who
    was born on the thirtieth has the last day of a month of twenty-nine.
    """
    now = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    month, number = now.getMonth(), now.getDay()
    if month < 0:
        return []
    is_last = _length(now.getYear(), month) == number
    numbers = [number, 30] if is_last and number == 29 else [number]
    years = range(_FIRST_BIRTH, now.getYear() + 1)
    return [
        on
        for year in years
        for leap in (month, -month)
        for one in numbers
        if one <= _length(year, leap) and (on := _by_sun(year, leap, one)) <= day
    ]


@transaction.atomic
def greet(campaign_id: int, *, now: dt.datetime) -> int:
    """Writes down whom a campaign that stands greets today; answers how many. Once a day, from nine in the morning."""
    day, here = today(now=now), now.astimezone(required_hospital().tz)
    rows = Campaign.objects.select_for_update(of=("self",), skip_locked=True).select_related("segment")
    running = rows.filter(pk=campaign_id, state=Campaign.State.RUNNING).exclude(occasion="")
    campaign = running.exclude(greeted_on=day).first()
    if campaign is None or here.hour < FROM_HOUR:
        return 0
    Campaign.objects.filter(pk=campaign.pk).update(greeted_on=day)
    people = people_on(campaign, day)
    if people is None:
        return 0
    sql, params = audience.judged(campaign, now, people)
    holdout = campaign.holdout_percent if campaign.occasion in COMES_LATE else 0
    values = {**params, "campaign": campaign.pk, "occasion": greeted_for(campaign), "holdout": holdout}
    values["drawn_by"] = values["occasion"] if campaign.occasion == JOURNEY else f"{campaign.pk}:{day}"
    with compiling.wide_reading(0), connection.cursor() as cursor:
        cursor.execute(_GREET.format(table=Greeting._meta.db_table, judged=sql), values)
        return cursor.rowcount


def last_day_of(greeting: Greeting) -> dt.date:
    """The day after which a greeting is not sent any more: its own, or that of what may come late."""
    may_be_late = greeting.occasion in COMES_LATE or greeting.occasion.startswith(_STEP)
    return greeting.on + (CATCHES_UP - 1) * _DAY if may_be_late else greeting.on


def greeted_for(campaign: Campaign) -> str:
    """What a person is greeted for once a day: a step of a journey is one of its segment."""
    return f"{_STEP}{campaign.segment_id}" if campaign.occasion == JOURNEY else campaign.occasion


# The same people are held out of every step of a journey; of all else they are drawn anew each time.
_GREET = """
insert into {table} (hospital_id, campaign_id, patient_id, occasion, "on", is_held_out)
select %(hospital)s, %(campaign)s, j.id, %(occasion)s, %(day)s,
       abs(mod(hashtextextended(%(drawn_by)s || ':' || j.id, 0), 100)) < %(holdout)s
  from ({judged}) j where j.outcome = 'send' order by j.id
on conflict (hospital_id, patient_id, occasion, "on") do nothing
"""


def _on_journey(campaign: Campaign, since: list[dt.date]) -> QuerySet[SegmentMember]:
    """Who came into the segment on one of these days, is in it still, and has not been here since."""
    rows = SegmentMember.objects.filter(segment=campaign.segment, since_on__in=since)
    visits = Encounter.objects.filter(patient_id=OuterRef("patient_id"), is_cancelled=False)
    return rows.filter(~Exists(visits.filter(admitted_on__gt=OuterRef("since_on"))))


def _births_by_sun(day: dt.date) -> list[dt.date]:
    """Who was born on the last of February of a leap year has the day before in others."""
    found = [dt.date(year, day.month, day.day) for year in range(_FIRST_BIRTH, day.year + 1) if _is_day(year, day)]
    is_eve = (day.month, day.day) == (2, 28) and not _is_day(day.year, dt.date(2000, 2, 29))
    leap = dt.date(2000, 2, 29)
    born = [dt.date(year, 2, 29) for year in range(_FIRST_BIRTH, day.year + 1) if _is_day(year, leap)]
    return [*found, *born] if is_eve else found


def _is_day(year: int, day: dt.date) -> bool:
    """Whether the year has this day."""
    return (day.month, day.day) != (2, 29) or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def _length(year: int, month: int) -> int:
    """Days of a lunar month; none where the year has no such leap month."""
    found = LunarYear.fromYear(year).getMonth(month)
    return int(found.getDayCount()) if found is not None else 0


def _by_sun(year: int, month: int, day: int) -> dt.date:
    found = Lunar.fromYmd(year, month, day).getSolar()
    return dt.date(found.getYear(), found.getMonth(), found.getDay())


def _days_so_many_months_ago(day: dt.date, months: int) -> list[dt.date]:
    """The days from which it is so many months until this one: of the end of a long month several."""
    first = day - relativedelta(months=months)
    near = (first + n * _DAY for n in range(4))
    return [one for one in near if one + relativedelta(months=months) == day]


def _seen(when: Any, days: list[dt.date], **only: Any) -> Any:
    """People whose first or last visit was on one of these days."""
    visits = Encounter.objects.filter(is_cancelled=False, **only).order_by()
    return visits.values("patient_id").annotate(at=when).filter(at__in=days).values("patient_id")
