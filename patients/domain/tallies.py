"""Counting people anew for `PeopleCount`, and reading the counts with what changed since.

One statement takes the changes away and counts the people as it sees them both: a change and the person it speaks of
were written by one transaction, so that each is in the count or still waits as a change, never both.
"""

from hospital_crm.tenancy.scope import required_hospital
from patients.domain.staging import HOSPITAL, executed

LEVELS = ("cell", "department_disease", "department_region", "disease_region")
_LOCK = "patients.tallies"

_RECOUNT = f"""
with changes as (delete from patients_peoplechange where hospital_id = {HOSPITAL}),
     counts as (delete from patients_peoplecount where hospital_id = {HOSPITAL})
insert into patients_peoplecount (hospital_id, level, department_id, disease_group, region, value, n)
select {HOSPITAL},
       case grouping(last_department_id, disease_group, region, orientation, life_cycle, visit_cycle)
            when 7 then 'cell' when 15 then 'department_disease' when 23 then 'department_region'
            when 39 then 'disease_region' when 59 then 'orientation' when 61 then 'life_cycle' else 'visit_cycle' end,
       last_department_id, coalesce(disease_group, ''), coalesce(region, ''),
       coalesce(orientation, life_cycle, visit_cycle, ''), count(*)
  from (select last_department_id, disease_group, coalesce(nullif(division_code, ''), region) as region, orientation,
               life_cycle, visit_cycle
          from patients_patient where hospital_id = {HOSPITAL} and contact_state not in ('erased', 'binned')) people
 group by grouping sets ((last_department_id, disease_group, region), (last_department_id, disease_group),
                         (last_department_id, region), (disease_group, region),
                         (orientation), (life_cycle), (visit_cycle))
"""


def recount() -> None:
    """Counts the people of the hospital in scope anew. Two at once wait for each other."""
    executed("select pg_advisory_xact_lock(hashtext(%s), %s::int)", [_LOCK, required_hospital().pk])
    executed(_RECOUNT)
