"""When somebody may be called, and when the next try is best: hours, parts of the day, days, tries (PRODUCT §3, §4.2).

Care calls lie inside the hours that the hospital set, and nobody is called twice a day. Safety calls back at any time:
after a red flag nobody waits for the morning. Tier A is bound to the hours but not to one call a day.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from accounts.calendar import day_end, day_start
from accounts.calendar import today as hospital_today
from accounts.models import HospitalSettings
from followups.domain.asking import (
    UNBOUND,
    Asked,
    Waits,
    asked_from,
    asked_lists,
    care_is_refused,
    contact_waits,
    is_without_contact,
    waits_of,
)
from followups.domain.day_parts import NextTry, next_try, part_of_day, repeats_a_part, wanted_parts
from followups.models import Attempt, FollowUpOrder, Outcome, Tier
from followups.models.orders import FollowUpOrderQuerySet, for_safety
from hospital_crm.tenancy.scope import required_hospital
from hospital_crm.tenancy.together import Few, PreparedReads, read_together
from messaging.domain import touches

WRITTEN_DOWN_WITHIN = dt.timedelta(hours=2)
MAX_UNREACHED = 3


def care_hours() -> tuple[int, int]:
    """From which hour of the hospital's day until which one care calls are made."""
    return hours_in(_HOURS_READ.read())


def is_inside(hours: tuple[int, int], now: dt.datetime) -> bool:
    """Whether a care call may be made at this moment."""
    first, end = hours
    return first <= now.astimezone(required_hospital().tz).hour < end


def may_be_written_down(now: dt.datetime, hours: tuple[int, int]) -> bool:
    """A call that began inside the hours is still written down for a while after they have ended."""
    return is_inside(hours, now) or is_inside(hours, now - WRITTEN_DOWN_WITHIN)


@dataclass(frozen=True)
class CallAdvice:
    """What to know before dialling. `may_call`: whether this person may be called now; `unreached`: on how many days
    nobody was reached; `attempts_left`: how many tries there may still be; `next` proposes when; `waits`: the person
    refused it, these are days without contact, or the contact budget is used.
    """

    may_call: bool
    is_quiet: bool
    called_today: bool
    unreached: int
    attempts_left: int
    next: NextTry
    hours: tuple[int, int]
    waits: Waits | None = None


@dataclass(frozen=True)
class CallFacts:
    """What the advice rests on: the tries of the order, whether the person was called that day, the hours of calls,
    and what the person decided and how often he was approached.
    """

    tries: Sequence[Attempt]
    called_today: bool
    hours: tuple[int, int]
    asked: Asked


TRY = (
    *("at", "on", "day_part", "channel", "outcome", "is_reached", "is_call", "note", "agreed_at", "second_call"),
    *("to_family", "contact_point_id", "satisfaction", "order_id"),
    "staff__name",
)


def call_lists(order: FollowUpOrder, day: dt.date) -> dict[str, Few]:
    """What the facts are read from."""
    return {
        "tries": Few(Attempt.objects.filter(order=order), TRY),
        "called": Few(touches.calls_of_day(day).filter(person_id=order.patient_id)[:1], ["person_id"]),
        "hours": hours_of_calls(),
    } | asked_lists([order.patient_id], day)


def hours_of_calls() -> Few:
    """The hours of calls, to be read with other things."""
    return Few(HospitalSettings.objects.all(), ["care_from_hour", "care_until_hour"])


_HOURS_READ = PreparedReads(lambda: {"hours": hours_of_calls()})


def hours_in(read: Mapping[str, list[Any]]) -> tuple[int, int]:
    """The hours of calls out of what was read with `hours_of_calls`."""
    (settings,) = read["hours"]
    return settings.care_from_hour, settings.care_until_hour


def facts_from(read: Mapping[str, list[Any]]) -> CallFacts:
    """The facts out of what `call_lists` brought."""
    return CallFacts(read["tries"], bool(read["called"]), hours_in(read), asked_from(read))


def advice_for(order: FollowUpOrder, *, now: dt.datetime, facts: CallFacts | None = None) -> CallAdvice:
    """Three days with unreached tries of a step at most, each in a part of the day not tried yet while there is one,
    and on one day never two in one part (`may_repeat_a_part`); one call a day per person, except in tier A, for safety,
    and at a time the person agreed; inside the hospital's hours but for safety. Nobody who refused care follow-up, on
    days without contact, or beyond the contact budget (`followups.domain.asking`).
    """
    day = hospital_today(now=now)
    facts = facts or facts_from(read_together(**call_lists(order, day)))
    tries = tries_of(facts.tries)
    called_today = facts.called_today
    days = len({attempt.on for attempt in tries})
    tried, tried_today = _parts_of(tries), _parts_of(one for one in tries if one.on == day)
    left = max(0, MAX_UNREACHED - days)
    is_left = left > 0 and not (called_today and not is_exempt(order, day))
    repeats = repeats_a_part(part_of_day(now), tried, facts.hours, tried_today=tried_today)
    is_free = is_left and (not repeats or may_repeat_a_part(order, day))
    is_quiet = not (order.is_safety or is_inside(facts.hours, now))
    waits = waits_for(order, facts.asked, now=now, hours=facts.hours)
    later = waits.on if waits else None
    following = next_try(tried, facts.hours, now=now, may_today=is_left, tried_today=tried_today, not_before=later)
    may_call = is_free and not is_quiet and waits is None
    return CallAdvice(may_call, is_quiet, called_today, days, left, following, facts.hours, waits)


def waits_for(order: FollowUpOrder, asked: Asked, *, now: dt.datetime, hours: tuple[int, int]) -> Waits | None:
    """Whether this order waits because its person would be asked too much; None: it does not."""
    is_agreed = is_agreed_for(order, hospital_today(now=now))
    return waits_of(order, asked, now=now, hours=hours, safety=order.is_safety, is_agreed=is_agreed)


def asked_of(order: FollowUpOrder, *, now: dt.datetime) -> Asked:
    """What is known of the person of one order."""
    return asked_from(_ASKED_READ.read(patient_id=order.patient_id, day=hospital_today(now=now)))


_ASKED_READ = PreparedReads(lambda *, patient_id, day: asked_lists([patient_id], day))


def callable_at(orders: FollowUpOrderQuerySet, *, now: dt.datetime, hours: tuple[int, int]) -> FollowUpOrderQuerySet:
    """Those of working orders whose people may be called at this moment, as `advice_for` says of each."""
    day, safety = hospital_today(now=now), for_safety()
    is_left = Q(attempts_count__lt=MAX_UNREACHED) | Q(LessThan(unreached_days_each(), MAX_UNREACHED))
    if not is_inside(hours, now):
        return orders.filter(is_left, safety)
    called = Exists(touches.calls_of_day(day).filter(person_id=OuterRef("patient_id")))
    is_first = Q(attempts_count=0) | ~_repeats_each(day, hours, now)
    unbound = is_first & (UNBOUND | ~Q(called)) & ~contact_waits(day)
    return orders.filter(is_left, (_is_agreed_for(day) | unbound) & ~care_is_refused() | safety)


def of_this_moment(orders: FollowUpOrderQuerySet, *, now: dt.datetime, hours: tuple[int, int]) -> FollowUpOrderQuerySet:
    """Those that by the row alone are not put off to another moment: outside the hours what is for safety, on a day
    without contact that, tier A and what was agreed. Beyond that `callable_at` asks of each person.
    """
    if not is_inside(hours, now):
        return orders.filter(for_safety())
    day = hospital_today(now=now)
    return orders.filter(UNBOUND | _is_agreed_for(day) | for_safety()) if is_without_contact(day) else orders


def _is_agreed_for(day: dt.date) -> Q:
    """What `is_agreed_for` answers, of each order of a list."""
    hospital = required_hospital()
    return Q(agreed_at__gte=day_start(day, hospital), agreed_at__lt=day_end(day, hospital))


def _repeats_each(day: dt.date, hours: tuple[int, int], now: dt.datetime) -> Q:
    """What `repeats_a_part` answers, of each order of a list."""
    tries, wanted = _unreached().filter(order=OuterRef("pk")), wanted_parts(hours)
    here = tries.filter(day_part=part_of_day(now))
    tried = tries.filter(day_part__in=wanted).order_by().values("order")
    counted = Coalesce(Subquery(tried.annotate(n=Count("day_part", distinct=True)).values("n")), 0)
    return Q(Exists(here.filter(on=day))) | Q(Exists(here)) & Q(LessThan(counted, len(wanted)))


def tries_of(attempts: Iterable[Attempt]) -> list[Attempt]:
    """The calls that count as tries to reach the person: those of `_unreached`."""
    calls = [one for one in attempts if one.is_call and not one.is_reached and one.outcome != Outcome.BARRIER]
    return [attempt for attempt in calls if not (attempt.second_call or attempt.to_family)]


def _parts_of(tries: Iterable[Attempt]) -> set[str]:
    return {attempt.day_part for attempt in tries}


def days_and_parts_tried(order: FollowUpOrder, day: dt.date) -> tuple[int, set[str], set[str]]:
    """On how many days somebody called and reached nobody, in which parts of the day, and in which of `day`."""
    tries = list(_unreached().filter(order=order).values_list("on", "day_part"))
    return len({on for on, _part in tries}), {part for _on, part in tries}, {part for on, part in tries if on == day}


def may_repeat_a_part(order: FollowUpOrder, day: dt.date) -> bool:
    """A time that the person named for that day is kept, and safety does not wait for another part of the day."""
    return order.is_safety or is_agreed_for(order, day)


def unreached_days_each() -> Coalesce:
    """On how many days somebody called for an order and reached nobody, as a column; several tries of a day are one."""
    rows = _unreached().filter(order=OuterRef("pk")).order_by().values("order")
    return Coalesce(Subquery(rows.annotate(n=Count("on", distinct=True)).values("n")), 0)


def _unreached() -> QuerySet[Attempt]:
    """The tries that count; a marked second call of a day is none, nor is a call to family, nor one that a barrier of
    language or hearing ended.
    """
    calls = Attempt.objects.filter(is_call=True, is_reached=False, second_call="", to_family=False)
    return calls.exclude(outcome=Outcome.BARRIER)


def has_been_called(order: FollowUpOrder, day: dt.date) -> bool:
    """Whether the person has been called that day, by whichever app."""
    return touches.calls_of_day(day).filter(person_id=order.patient_id).exists()


def has_been_called_in_vain(order: FollowUpOrder, day: dt.date) -> bool:
    """Whether a second call of that day has reached nobody, for whichever order."""
    calls = Attempt.objects.filter(patient_id=order.patient_id, on=day, is_call=True, is_reached=False)
    return calls.exclude(second_call="").exists()


def is_exempt(order: FollowUpOrder, day: dt.date) -> bool:
    """Tier A, safety, and a call the person agreed to for that day, are not bound to one call a day."""
    return is_unbound(order, day, safety=order.is_safety)


def is_unbound(order: FollowUpOrder, day: dt.date, *, safety: bool) -> bool:
    """As `is_exempt`, where it was read already whether the call is for safety."""
    return order.tier == Tier.A or safety or is_agreed_for(order, day)


def is_agreed_for(order: FollowUpOrder, day: dt.date) -> bool:
    """A call was agreed with the person for that day."""
    return order.agreed_at is not None and hospital_today(now=order.agreed_at) == day
