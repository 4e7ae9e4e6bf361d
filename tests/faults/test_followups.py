"""Planning and escalation killed in the middle: what was under way never happened, the next run does it all once."""

import contextlib
import signal
from collections.abc import Iterator

import psycopg2
import pytest

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

STAYS = 21_000  # the invented stays repeat every 420, so that South's are North's
CHUNK = 3000
FILL = """
from accounts.domain.hospitals import create_hospital
from benchmarks.plan_followups import fill
hospital = north if given["slug"] == "north" else create_hospital(given["slug"], "南方医院")
with hospital_scope(hospital):
    fill(hospital, given["stays"])
"""
PLAN = "django", "plan_followups", "--on", "2026-03-02", "--hospital"
PLANNED = """
    select (select array_agg(n order by tier) from (select tier, count(*) n from followups_tierassignment
             where hospital_id = h.id and is_current group by 1) t),
           (select array_agg(n order by tier, state) from (select tier, state, count(*) n from followups_followuprun
             where hospital_id = h.id group by 1, 2) r),
           (select array_agg(n order by tier, number, occurrence, latest_on, state) from (
            select o.tier, s.number, o.occurrence, o.latest_on, o.state, count(*) n from followups_followuporder o
              join followups_protocolstep s on s.id = o.step_id where o.hospital_id = h.id group by 1, 2, 3, 4, 5) o)
      from accounts_hospital h where h.slug = '{}'
"""
HALF_DONE = """
    select (select count(*) from followups_followuprun r where r.state = 'open' and not exists (
                   select from followups_followuporder o where o.run_id = r.id)),
           (select count(*) from followups_tierassignment t where not exists (
                   select from followups_followuprun r where r.encounter_id = t.encounter_id)),
           (select count(*) from followups_followuprun r join patients_patient p on p.id = r.patient_id
             where p.care_tier <> r.tier)
"""
RUNS = "select count(*) from followups_followuprun"
LATE = """
import datetime as dt
from followups.domain.planning import plan_hospital
from followups.models import FollowUpOrder
west = Hospital.objects.get(slug="west")
plan_hospital(west, now=timezone.now(), on=dt.date(2026, 3, 2))
with hospital_scope(west):
    late = list(FollowUpOrder.objects.filter(tier="A").values_list("pk", flat=True)[:100])
    def move(orders, days):
        first, due, last = (timezone.now().date() + dt.timedelta(day) for day in days)
        orders.update(earliest_on=first, due_on=due, latest_on=last)
    move(FollowUpOrder.objects.all(), (1, 2, 3))
    move(FollowUpOrder.objects.filter(pk__in=late), (-9, -8, -7))
result = west.pk
"""
ESCALATE_LATER = """
from hospital_crm.tenancy.tasks import send
send("followups.escalate", given["hospital"])
"""
ESCALATE = """
from followups.domain import escalation
with hospital_scope(Hospital.objects.get(pk=given["hospital"])):
    result = escalation.escalate(now=timezone.now())
"""
TOLD = """
    select (select count(*) from followups_reminder where kind = 'escalation'),
           (select count(*) from messaging_message where template like 'followups.late%'),
           (select count(*) from followups_followuporder where escalation_level > 0)
"""


@contextlib.contextmanager
def held_from_writing(house, table: str) -> Iterator[None]:
    """Whoever writes to the table waits meanwhile."""
    with contextlib.closing(psycopg2.connect(house.urls.database_superuser)) as holder, holder.cursor() as cursor:
        cursor.execute(f"lock table {table} in share row exclusive mode")
        yield


def wait_until_all_have_let_go(house) -> None:
    """A killed client's last statement ends before the database takes its work back."""
    busy = "select 1 from pg_stat_activity where usename = 'crm_app' and xact_start is not null"
    house.wait_for(lambda: not house.rows(busy), "the end of what was killed")


def test_planning_killed_midway_leaves_no_stay_half_planned_and_the_next_run_does_the_rest_once(house):
    for slug in ("north", "south"):
        house.python(FILL, slug=slug, stays=STAYS)
    done = 0
    for _kill in range(2):
        house.start("plan", *PLAN, "north")
        house.wait_for(lambda before=done: house.rows(RUNS)[0][0] > before, "a first chunk")
        assert house.stop("plan", signal.SIGKILL) == -signal.SIGKILL
        wait_until_all_have_let_go(house)
        done = house.rows(RUNS)[0][0]
        assert 0 < done < STAYS
        assert done % CHUNK in (0, STAYS % CHUNK)
        assert house.rows(HALF_DONE) == [(0, 0, 0)]
    for slug in ("north", "south"):
        house.start("plan", *PLAN, slug)
        assert house.processes.pop("plan").wait(600) == 0
    assert house.rows(HALF_DONE) == [(0, 0, 0)]
    assert house.rows(PLANNED.format("north")) == house.rows(PLANNED.format("south"))
    assert house.rows(RUNS) == [(2 * STAYS,)]


def test_escalation_killed_midway_has_told_nobody_and_the_next_run_tells_everybody_once(house):
    house.python(FILL, slug="west", stays=420)
    west = house.python(LATE)
    assert house.rows(TOLD) == [(0, 0, 0)]
    house.start_worker()
    with held_from_writing(house, "messaging_message"):
        house.python(ESCALATE_LATER, hospital=west)
        waits = "select 1 from pg_stat_activity where usename = 'crm_app' and wait_event_type = 'Lock'"
        house.wait_for(lambda: house.rows(waits), "the middle of it")
        house.stop("worker", signal.SIGKILL)
    wait_until_all_have_let_go(house)
    assert house.rows(TOLD) == [(0, 0, 0)]
    told = house.python(ESCALATE, hospital=west)
    reminders, messages, orders = house.rows(TOLD)[0]
    assert (told, orders) == (reminders, 100)
    assert messages >= 1
    assert house.python(ESCALATE, hospital=west) == 0
    assert house.rows(TOLD) == [(reminders, messages, orders)]
    twice = "select order_id, level from followups_reminder where kind = 'escalation' group by 1, 2 having count(*) > 1"
    assert house.rows(twice) == []
