"""Unusual viewing of records: what has been written to the access log is looked through every hour, set by set.

A viewing is work, and never flagged for its person alone, where the viewer held open work for the person that day (the
log then says that the numbers were shown), has an open task for the person, or is named contact or deputy. What a
system read by a token of its own (page 'api') is flagged for colleagues and the own record alone: nobody sat there at
night or opened many. What was seen of a record that was united with another one was seen of that one. The rules are
in `docs/figures.md`.
"""

import datetime as dt
from typing import Any

from django.db import connection, transaction

from hospital_crm.tenancy.scope import required_hospital
from patients.domain.numbers_in_sql import OWN
from patients.domain.unions import STANDING
from patients.models import ViewingRules

# What is committed late: the log's time is that of the beginning of a request.
LAG = dt.timedelta(minutes=10)
LONGEST = dt.timedelta(hours=24)
_SEEN = "('view', 'dial', 'unmask', 'print')"

_FLAG_PEOPLE = f"""
with viewed as (
    select l.staff_id, coalesce(u.kept, l.patient_id) as patient_id, (l.at at time zone %(zone)s)::date as day,
           min(l.role_code) as role_code, min(l.at) as first_at, max(l.at) as last_at, count(*) as views,
           bool_and(l.page = 'api') as by_token,
           bool_or(l.page <> 'api' and case when %(night_from)s > %(night_until)s
                   then extract(hour from l.at at time zone %(zone)s) >= %(night_from)s
                     or extract(hour from l.at at time zone %(zone)s) < %(night_until)s
                   else extract(hour from l.at at time zone %(zone)s) >= %(night_from)s
                    and extract(hour from l.at at time zone %(zone)s) < %(night_until)s end) as at_night
      from accounts_accesslog l left join ({STANDING}) u on u.gone = l.patient_id
     where l.hospital_id = %(hospital)s and l.at > %(since)s and l.at <= %(until)s
       and l.patient_id is not null and l.staff_id is not null and l.kind in {_SEEN}
     group by 1, 2, 3
), placed as (
    select staff_id, array_agg(department_id) filter (where department_id is not null) as departments,
           array_agg(ward_id) filter (where ward_id is not null) as wards
      from (select staff_id, department_id, null::bigint as ward_id from accounts_staffdepartment
             where hospital_id = %(hospital)s
             union all
            select staff_id, null, ward_id from accounts_staffward where hospital_id = %(hospital)s) as places
     where staff_id in (select staff_id from viewed) group by 1
), judged as (
    select v.*, p.category = 'vip' as is_vip, placed.staff_id is not null as has_place,
           exists (select 1 from accounts_accesslog w
                    where w.hospital_id = %(hospital)s and w.kind = 'dial'
                      and w.patient_id = any(array(select u.gone from ({STANDING}) u where u.kept = v.patient_id)
                                             || v.patient_id)
                      and w.at > v.first_at - interval '1 day' and w.at <= v.last_at + interval '1 day'
                      and w.staff_id = v.staff_id and (w.at at time zone %(zone)s)::date = v.day)
           or exists (select 1 from patients_persontask t
                       where t.hospital_id = %(hospital)s and t.patient_id = v.patient_id and t.assignee_id = v.staff_id
                         and (t.state = 'open' or t.closed_at >= v.first_at) and t.given_at <= v.last_at)
           or exists (select 1 from patients_membership m
                       where m.hospital_id = %(hospital)s and m.patient_id = v.patient_id and m.state <> 'void'
                         and v.day between m.starts_on and m.ends_on
                         and v.staff_id in (m.contact_id, m.deputy_id)) as is_work,
           exists (select 1 from patients_encounter e
                    where e.hospital_id = %(hospital)s and e.patient_id = v.patient_id and not e.is_cancelled
                      and (e.attending_id = v.staff_id or e.department_id = any(placed.departments)
                           or e.ward_id = any(placed.wards))) as is_at_home,
           colleague.id as colleague_id
      from viewed v
      join patients_patient p on p.hospital_id = %(hospital)s and p.id = v.patient_id
      left join placed on placed.staff_id = v.staff_id
      left join lateral (
           select s.id from accounts_staffmember s
            where s.hospital_id = %(hospital)s and s.name = p.name and (s.is_active or s.id = v.staff_id)
              and exists (select 1 from patients_contactpoint c
                           where c.hospital_id = %(hospital)s and c.patient_id = p.id and {OWN.format(day="v.day")}
                             and c.value in (nullif(s.phone, ''), nullif(s.email, '')))
            order by s.id <> v.staff_id, s.id limit 1) as colleague on true
), reasoned as (
    select j.*, array_remove(array[
           case when %(watches_vip)s and is_vip and not by_token and not is_work
                 and (%(watches_vip_at_home)s or not is_at_home) then 'vip' end,
           case when %(watches_colleagues)s and colleague_id = staff_id then 'own'
                when %(watches_colleagues)s and colleague_id is not null and not is_work then 'colleague' end,
           case when %(watches_night)s and at_night and not is_work and not is_at_home then 'night' end,
           case when %(watches_departments)s and has_place and not by_token and not is_work and not is_at_home
                then 'department' end
           ], null) as reasons
      from judged j
)
insert into patients_viewingflag as f
       (hospital_id, public_id, staff_id, role_code, patient_id, day, first_at, last_at, views, people, reasons, state,
        finding, note)
select %(hospital)s, gen_random_uuid(), staff_id, role_code, patient_id, day, first_at, last_at, views, 1, reasons,
       'open', '', ''
  from reasoned where reasons <> '{{}}' order by staff_id, patient_id, day
    on conflict (hospital_id, staff_id, patient_id, day) where state = 'open' and patient_id is not null
    do update set reasons = array(select distinct unnest(f.reasons || excluded.reasons) order by 1),
       views = f.views + excluded.views, first_at = least(f.first_at, excluded.first_at),
       last_at = greatest(f.last_at, excluded.last_at)
"""

_FLAG_BULK = f"""
with seen as (
    select l.staff_id, l.role_code, l.at,
           lag(l.at) over (partition by l.staff_id, coalesce(u.kept, l.patient_id) order by l.at, l.id) as before
      from accounts_accesslog l left join ({STANDING}) u on u.gone = l.patient_id
     where l.hospital_id = %(hospital)s and l.at > %(since)s - 2 * %(span)s and l.at <= %(until)s
       and l.patient_id is not null and l.staff_id is not null and l.kind in {_SEEN} and l.page <> 'api'
), counted as (
    select staff_id, role_code, at, count(*) over (
           partition by staff_id order by at range between %(span)s preceding and current row) as n
      from seen where before is null or at - before > %(span)s
)
insert into patients_viewingflag as f
       (hospital_id, public_id, staff_id, role_code, patient_id, day, first_at, last_at, views, people, reasons, state,
        finding, note)
select %(hospital)s, gen_random_uuid(), staff_id, min(role_code), null, (at at time zone %(zone)s)::date,
       min(at) - %(span)s, max(at), max(n), max(n), array['bulk'], 'open', '', ''
  from counted where at > %(since)s and n >= %(bulk_people)s
 group by staff_id, (at at time zone %(zone)s)::date order by staff_id
    on conflict (hospital_id, staff_id, day) where state = 'open' and patient_id is null
    do update set views = greatest(f.views, excluded.views), people = greatest(f.people, excluded.people),
       last_at = greatest(f.last_at, excluded.last_at)
"""
_RULES = (
    *("watches_vip", "watches_vip_at_home", "watches_colleagues", "watches_night", "watches_departments"),
    *("night_from", "night_until", "bulk_people"),
)


@transaction.atomic
def look_through(*, now: dt.datetime) -> bool:
    """Flags what was unusual since the last look, up to the last full hour that is over for ten minutes, a day's log at
    most. Each row of the log is looked at once. Answers whether more is left.
    """
    rules = rules_of(now=now, for_update=True)
    end = (now - LAG).replace(minute=0, second=0, microsecond=0)
    until = min(end, rules.looked_until + LONGEST)
    if rules.pk is None:
        rules.save()
    if until <= rules.looked_until:
        return False
    hospital = required_hospital()
    values: dict[str, Any] = {name: getattr(rules, name) for name in _RULES}
    values |= {"hospital": hospital.pk, "zone": hospital.timezone, "since": rules.looked_until, "until": until}
    values["span"] = dt.timedelta(minutes=rules.bulk_minutes)
    with connection.cursor() as cursor:
        cursor.execute(_FLAG_PEOPLE, values)
        if rules.watches_bulk:
            cursor.execute(_FLAG_BULK, values)
    rules.looked_until = until
    rules.save(update_fields=["looked_until"])
    return until < end


def rules_of(*, now: dt.datetime, for_update: bool = False) -> ViewingRules:
    """The rules of the hospital; the shipped ones, not kept yet and from this hour on, where it has none."""
    first = now.replace(minute=0, second=0, microsecond=0)
    rows = ViewingRules.objects.select_for_update() if for_update else ViewingRules.objects.all()
    return rows.first() or ViewingRules(looked_until=first)
