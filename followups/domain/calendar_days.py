"""Working days change after orders were planned: a hospital enters a day off, the government announces a year. Due days
follow, by the same rule as when they were planned first.

Earliest and latest are calendar days and stay, so that nothing late becomes timely. What was begun stays as it is.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.calendar import WorkingCalendar
from accounts.calendar import today as hospital_today
from accounts.models import StaffMember
from followups.domain.windows import window_of
from followups.models import UNSTARTED, FollowedCalendar, OrderState, ProtocolStep
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff
from patients.domain.staging import HOSPITAL, fetched, stage

_WAITING = [str(state.value) for state in (*UNSTARTED, OrderState.SUSPENDED)]
# Stays that end on one day share their windows: a few thousand, whoever many orders there are.
_WRITTEN = f"""
select distinct o.step_id, r.anchor_on, o.occurrence, o.due_on, o.is_duty_list
  from followups_followuporder o
  join followups_followuprun r on r.hospital_id = o.hospital_id and r.id = o.run_id
  join followups_protocolstep s on s.hospital_id = o.hospital_id and s.id = o.step_id
 where o.hospital_id = {HOSPITAL} and o.state = any(%(waiting)s) and o.attempts_count = 0
   and o.latest_on >= %(today)s and o.latest_on >= %(first)s and r.anchor_on <= %(last)s
   and s.condition = '{ProtocolStep.Condition.ALWAYS.value}'
"""
_MOVE = f"""
with held as (
     select o.id, m.due_on, m.is_duty_list
       from pg_temp.staged_days m
       join followups_followuprun r on r.hospital_id = {HOSPITAL} and r.anchor_on = m.anchor_on
       join followups_followuporder o on o.hospital_id = r.hospital_id and o.run_id = r.id and o.step_id = m.step_id
                                     and o.occurrence = m.occurrence
      where o.state = any(%(waiting)s) and o.attempts_count = 0 and o.latest_on >= %(today)s
        and m.due_on between o.earliest_on and o.latest_on
      order by o.id for no key update of o)
update followups_followuporder o
   set due_on = h.due_on, is_duty_list = h.is_duty_list, version = o.version + 1
  from held h
 where o.hospital_id = {HOSPITAL} and o.id = h.id
returning o.id, o.assignee_id, o.state
"""
_DAYS = {
    "step_id": "bigint",
    "anchor_on": "date",
    "occurrence": "smallint",
    "due_on": "date",
    "is_duty_list": "boolean",
}


@transaction.atomic
def follow_calendar(*, now: dt.datetime) -> int:
    """Moves the due days of orders nobody has begun to where the calendar puts them, in years whose working days are
    others than those they stand by; tells who holds one. Answers how many moved.
    """
    day, calendar = hospital_today(now=now), WorkingCalendar.of_hospital()
    # a window reaches back to its discharge and ahead to the last day of a repeat that is written
    years = {year: calendar.fingerprint(year) for year in (day.year - 1, day.year, day.year + 1)}
    known = dict(FollowedCalendar.objects.select_for_update().values_list("year", "fingerprint"))
    changed = sorted(year for year, said in years.items() if known.get(year) != said)
    if not changed:
        return 0
    moved = _move(calendar, changed, today=day)
    rows = [FollowedCalendar(year=year, fingerprint=years[year]) for year in changed]
    FollowedCalendar.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["hospital", "year"], update_fields=["fingerprint"]
    )
    orders = [order for order, _holder, _state in moved]
    audit.record("followups.orders.follow_calendar", years=changed, orders=orders)
    _tell((holder for _order, holder, state in moved if holder and state != OrderState.SUSPENDED), now)
    return len(orders)


def _move(calendar: WorkingCalendar, years: list[int], *, today: dt.date) -> list[tuple]:
    """The orders whose due day is another by this calendar, moved: their id, holder and state."""
    known = {"waiting": _WAITING, "today": today}
    written = fetched(_WRITTEN, {**known, "first": dt.date(years[0], 1, 1), "last": dt.date(years[-1], 12, 31)})
    steps = ProtocolStep.objects.in_bulk({row[0] for row in written})
    days = []
    for step_id, anchor_on, occurrence, due_on, is_duty_list in written:
        window = window_of(steps[step_id], anchor_on, calendar, occurrence=occurrence)
        if (window.due_on, window.is_duty_list) != (due_on, is_duty_list):
            days.append((step_id, anchor_on, occurrence, window.due_on, window.is_duty_list))
    if not days:
        return []
    stage("staged_days", _DAYS, days)
    return fetched(_MOVE, known)


def _tell(holders: Iterable[int], now: dt.datetime) -> None:
    """One message for all orders of a holder."""
    counts: dict[int, int] = {}
    for holder in holders:
        counts[holder] = counts.get(holder, 0) + 1
    for pk, staff in StaffMember.objects.active().in_bulk(list(counts)).items():
        enqueue(
            purpose="followups.days_moved",
            recipient=ToStaff(staff),
            channel="bell",
            template="followups.days_moved",
            context={"count": counts[pk]},
            link=("followups:mine",),
            key=f"followups.days_moved:{pk}:{now.isoformat()}",
            now=now,
        )
