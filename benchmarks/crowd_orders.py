"""Millions of follow-up orders for the hospital of `benchmarks.crowd`, with all that hangs on them, made set-based.

The newest stays are followed, as many as the wished orders need: a sixth in tier A, a third in B, half in C, each with the
steps of the published protocol. What lies behind is mostly filed, some lost, refused or ended by life; of the last month a
little is late; of the last days some waits for review; open windows are partly done; what lies ahead waits.
"""
# ruff: noqa: E501 - the statements read better in long lines

import time
from typing import Any

from django.db import connection, transaction

from accounts.models import Hospital
from benchmarks.crowd import DEPARTMENTS, told
from benchmarks.crowd_tables import model_defaults, without_checks

TABLES = [
    "followups_tierassignment",
    "followups_followuprun",
    "followups_followuporder",
    "followups_attempt",
    "followups_dissatisfaction",
    "followups_review",
    "followups_ordertransfer",
    "followups_reminder",
]


def ensure(hospital: Hospital, orders: int) -> None:
    """Makes so many orders unless they are there."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from followups_followuporder where hospital_id = %s", [hospital.pk])
        if cursor.fetchone()[0] != orders:
            _fill(cursor, hospital, orders)


def _fill(cursor: Any, hospital: Hospital, orders: int) -> None:
    values = {"h": hospital.pk, "orders": orders, "departments": DEPARTMENTS}
    with transaction.atomic():
        cursor.execute("select setseed(0.2026)")
        cursor.execute("truncate " + ", ".join(TABLES) + " restart identity cascade")
        with without_checks(cursor, TABLES), model_defaults(cursor, TABLES):
            for name, statement in _STATEMENTS.items():
                start = time.monotonic()
                cursor.execute(statement, values if "%(" in statement else None)
                told(name, cursor.rowcount, start)
    cursor.execute("vacuum analyze " + ", ".join(TABLES))


_STEPS = """
create temporary table crowd_steps on commit drop as
select s.id as step_id, s.tier, k as occurrence, s.channel, s.ladder[1] as role,
       s.earliest_days + (k - 1) * coalesce(s.repeats_every, 0) as earliest,
       s.due_days + (k - 1) * coalesce(s.repeats_every, 0) + case when s.due_basis = 'working' then 1 else 0 end as due,
       s.latest_days + (k - 1) * coalesce(s.repeats_every, 0) as latest
  from followups_protocolstep s
  join followups_protocol p on p.id = s.protocol_id and p.hospital_id = %(h)s and p.state = 'published'
 cross join lateral generate_series(1, case when s.repeats_every is null then 1 when s.repeat_until is not null
                                            then 1 + (s.repeat_until - s.due_days) / s.repeats_every
                                            when s.tier = 'A' then 3 else 2 end) k
 where s.condition = ''
"""
_FOLLOWED = """
create temporary table crowd_followed on commit drop as
select *, (select max(latest) from crowd_steps s where s.tier = f.tier) as lasts
  from (select e.id as encounter_id, e.patient_id, e.department_id, e.ward_id, e.attending_id, e.discharged_on, p.contact_state,
               (array['A', 'B', 'B', 'C', 'C', 'C'])[1 + (p.id %% 6)::int] as tier
          from patients_encounter e join patients_patient p on p.id = e.patient_id
         where e.hospital_id = %(h)s and e.kind = 'inpatient' order by e.discharged_on desc, e.id) f
"""
_RUNS = """
insert into followups_followuprun (hospital_id, patient_id, protocol_id, protocol_code, trigger, encounter_id, anchor_on, tier,
                                   state, closed_reason, opened_at, closed_at)
select %(h)s, f.patient_id, p.id, p.code, 'stay', f.encounter_id, f.discharged_on, f.tier, case when c.why = '' then 'open' else 'closed' end,
       c.why, f.discharged_on, case when c.why <> '' then f.discharged_on + 1 end
  from (select *, sum((select count(*) from crowd_steps s where s.tier = f.tier)) over (order by discharged_on desc, encounter_id) as upto
          from crowd_followed f) f
  join followups_protocol p on p.hospital_id = %(h)s and p.state = 'published'
 cross join lateral (select case when f.contact_state = 'deceased' then 'died' when f.contact_state = 'stopped' then 'refused'
                                 when f.discharged_on + f.lasts < current_date then 'finished' else '' end as why) c
 where f.upto < %(orders)s + 20
 order by f.discharged_on, f.encounter_id
"""
_TIERS = """
insert into followups_tierassignment (hospital_id, encounter_id, protocol_id, tier, computed_tier, fired, unknown, insufficient_facts,
                                      is_current, reason, assigned_at)
select hospital_id, encounter_id, protocol_id, tier, tier,
       case tier when 'A' then '[{"code": "A1", "field": "surgery_level", "value": "4"}]'::jsonb
                 when 'B' then '[{"code": "B5", "field": "age", "value": "71"}]'::jsonb else '[]'::jsonb end,
       case when id %% 9 = 0 then '["A4"]'::jsonb else '[]'::jsonb end, id %% 9 = 0, true, '', anchor_on
  from followups_followuprun where hospital_id = %(h)s
"""
# First the state of every order by its window and chance, then what this state brings with it.
_STATES = """
create temporary table crowd_states on commit drop as
select row_number() over (order by x.anchor_on, x.run_id, x.due_on) as id, x.*,
       case when contact_state = 'deceased' then 'died'
            when contact_state = 'stopped' then 'refused'
            when earliest_on > current_date then 'waits'
            when latest_on >= current_date then
                 case when chance < 0.5 * share then 'filed' when chance < 0.62 * share then 'submitted'
                      when chance < 0.63 * share then 'lost' when chance > 0.90 then 'attempted' when chance > 0.88 then 'in_progress'
                      when chance > 0.875 then 'returned' else 'waits' end
            when chance < case when age <= 7 then 0.06 when age <= 30 then 0.02 when age <= 180 then 0.002 else 0 end then 'waits'
            when chance < case when age <= 7 then 0.08 when age <= 30 then 0.03 when age <= 180 then 0.003 else 0 end then 'attempted'
            when chance < case when age <= 7 then 0.085 when age <= 30 then 0.031 else 0 end then 'returned'
            when chance < case when age <= 3 then 0.35 when age <= 10 then 0.10 else 0 end then 'submitted'
            when chance > 0.95 then 'lost' when chance > 0.93 then 'refused' when chance > 0.91 then 'readmitted'
            when chance > 0.905 then 'transferred' when chance > 0.895 then 'void' else 'filed' end as shape
  from (select r.id as run_id, r.patient_id, r.anchor_on, f.department_id, f.ward_id, f.attending_id, f.contact_state, s.step_id,
               s.occurrence, s.tier, s.channel, s.role,
               r.anchor_on + s.earliest as earliest_on, r.anchor_on + s.latest as latest_on,
               least(r.anchor_on + s.latest, r.anchor_on + s.due
                     + (array[1, 0, 0, 0, 0, 0, 2])[1 + extract(dow from r.anchor_on + s.due)::int]) as due_on,
               current_date - (r.anchor_on + s.latest) as age,
               (current_date - (r.anchor_on + s.earliest)) / (s.latest - s.earliest + 1)::float8 as share,
               random() as chance, random() as luck, random() as luck2
          from followups_followuprun r
          join crowd_followed f on f.encounter_id = r.encounter_id
          join crowd_steps s on s.tier = r.tier
         where r.hospital_id = %(h)s
         order by r.anchor_on desc, r.id limit %(orders)s) x
"""
_ORDERS = """
insert into followups_followuporder (
    hospital_id, public_id, run_id, step_id, occurrence, patient_id, tier, channel, earliest_on, due_on, latest_on, is_duty_list,
    department_id, ward_id, attending_id, assignee_id, assignee_role, state, state_reason, version, attempts_count, last_outcome,
    last_attempt_at, agreed_at, reached_at, completed_at, submitted_at, submitted_by_id, closed_at, late_reason, note, next_step,
    has_finding, finding_at, has_dissatisfaction, escalation_level, created_at)
select %(h)s, gen_random_uuid(), o.run_id, o.step_id, o.occurrence, o.patient_id, o.tier, o.channel, o.earliest_on, o.due_on, o.latest_on, false,
       o.department_id, o.ward_id, o.attending_id, o.assignee_id, o.role, o.state, '', 1, o.attempts, o.outcome,
       case when o.attempts > 0 then o.at end,
       case when o.state = 'attempted' and o.luck > 0.8 then date_trunc('hour', now()) + o.luck2 * interval '2 days' end,
       case when o.outcome in ('completed', 'completed_family', 'refused_now', 'partly') then o.at end,
       case when o.outcome in ('completed', 'completed_family') then o.at end,
       case when o.is_sent then o.at + interval '20 minutes' end, case when o.is_sent then coalesce(o.assignee_id, g.id) end,
       case when o.state in ('filed', 'lost', 'refused', 'died', 'readmitted', 'transferred', 'void') then o.at + interval '1 hour' end,
       case when o.is_sent and o.at::date > o.latest_on then '电话多次无人接听' else '' end,
       case when o.is_sent then '恢复可，按时服药，饮食正常，伤口愈合好。' else '' end, case when o.is_sent then 'medicine' else '' end,
       o.is_sent and o.luck2 < 0.02, case when o.is_sent and o.luck2 < 0.02 then o.at end, o.is_sent and o.luck2 > 0.97,
       case when o.state = 'dispatched' and o.age > 2 then 1 else 0 end,
       o.anchor_on + interval '1 day'
  from (select s.*, w.assignee_id, m.attempts, m.outcome, m.at,
               case when s.shape = 'waits' then case when s.role = 'centre' then 'planned' else 'dispatched' end else s.shape end as state,
               s.shape in ('filed', 'submitted') as is_sent
          from crowd_states s
         cross join lateral (select case s.role when 'attending' then s.attending_id
                                                when 'nurse' then (select l.staff_id from crowd_nurses l where l.ward_id = s.ward_id and l.place = s.run_id %% 2)
                                    end as assignee_id) w
         cross join lateral (select case when s.shape in ('waits', 'in_progress', 'died', 'readmitted', 'transferred', 'void') then 0
                                         when s.shape = 'lost' then 3 else 1 + floor(2 * power(s.luck, 3))::int end as attempts,
                                    case when s.shape in ('filed', 'submitted') then case when s.luck < 0.8 then 'completed' else 'completed_family' end
                                         when s.shape = 'lost' then 'no_answer' when s.shape = 'refused' then 'refused_now'
                                         when s.shape = 'attempted' then case when s.luck > 0.8 then 'partly' else 'no_answer' end
                                         when s.shape = 'returned' then 'completed' else '' end as outcome,
                                    least(now() - interval '2 hours',
                                          case when s.luck2 > 0.94 then s.latest_on + 1 + floor(3 * s.luck)::int
                                               else s.earliest_on + floor((s.latest_on - s.earliest_on + 1) * s.luck)::int end
                                          + interval '1 hour' + s.luck2 * interval '9 hours') as at) m) o
 cross join (select id from accounts_staffmember where hospital_id = %(h)s and name = 'agent') g
 order by o.id
"""
_NURSES = """
create temporary table crowd_nurses on commit drop as
select ward_id, staff_id, row_number() over (partition by ward_id order by staff_id desc) - 1 as place from accounts_staffward
 where hospital_id = %(h)s and not is_head
"""
_ATTEMPTS = """
insert into followups_attempt (hospital_id, order_id, patient_id, staff_id, at, "on", day_part, channel, outcome, answered_by, is_reached,
                               is_call, note, next_step, key)
select %(h)s, o.id, o.patient_id, coalesce(o.assignee_id, g.id), o.last_attempt_at - (o.attempts_count - k) * gap,
       (o.last_attempt_at - (o.attempts_count - k) * gap)::date,
       case o.state when 'lost' then (array['morning', 'afternoon', 'evening'])[k] else 'morning' end, o.channel,
       case when k = o.attempts_count then o.last_outcome else 'no_answer' end,
       case when k = o.attempts_count and o.reached_at is not null then case o.last_outcome when 'completed_family' then 'family' else 'patient' end else '' end,
       k = o.attempts_count and o.reached_at is not null, true, '', '', gen_random_uuid()
  from followups_followuporder o cross join lateral generate_series(1, o.attempts_count) k
 cross join lateral (select case o.state when 'lost' then interval '1 day' else interval '5 hours' end as gap) s
 cross join (select id from accounts_staffmember where hospital_id = %(h)s and name = 'agent') g
 where o.hospital_id = %(h)s
"""
_DISSATISFIED = """
insert into followups_dissatisfaction (hospital_id, public_id, order_id, patient_id, department_id, cause, text, handling, owner_id, state,
                                       heard_by_id, heard_at, settled_at)
select %(h)s, gen_random_uuid(), id, patient_id, department_id, (array['waiting', 'attitude', 'cost', 'explanation', 'process'])[1 + id %% 5],
       '等候时间偏长', case when done then '已致歉并说明' else '' end, attending_id, case when done then 'settled' else 'open' end, submitted_by_id, submitted_at,
       case when done then submitted_at + interval '3 days' end
  from (select *, submitted_at < now() - interval '20 days' as done from followups_followuporder where hospital_id = %(h)s and has_dissatisfaction) o
"""
_REVIEWS = """
insert into followups_review (hospital_id, order_id, kind, verdict, reviewer_id, at, reason, sample_seed)
select %(h)s, o.id, 'centre', case o.state when 'filed' then 'filed' else 'returned' end, m.id,
       coalesce(o.closed_at, o.last_attempt_at + interval '1 hour'), case o.state when 'filed' then '' else '记录过简，请补充' end, ''
  from followups_followuporder o
 cross join (select id from accounts_staffmember where hospital_id = %(h)s and name = 'centre_manager') m
 where o.hospital_id = %(h)s and o.state in ('filed', 'returned')
"""
_SAMPLES = """
insert into followups_review (hospital_id, order_id, kind, verdict, at, reason, sample_month, sample_seed)
select %(h)s, id, 'sample', 'pending', now(), '', date_trunc('month', current_date - interval '1 month')::date, 'bench'
  from (select o.id, row_number() over (partition by department_id order by md5(o.id::text)) as place
          from followups_followuporder o
         where o.hospital_id = %(h)s and o.state = 'filed' and o.due_on >= date_trunc('month', current_date - interval '1 month')
           and o.due_on < date_trunc('month', current_date)) s
 where place <= 30
"""
_STATEMENTS = {
    "steps": _STEPS,
    "stays": _FOLLOWED,
    "runs": _RUNS,
    "tiers": _TIERS,
    "nurses": _NURSES,
    "states": _STATES,
    "orders": _ORDERS,
    "attempts": _ATTEMPTS,
    "dissatisfactions": _DISSATISFIED,
    "reviews": _REVIEWS,
    "samples": _SAMPLES,
}
