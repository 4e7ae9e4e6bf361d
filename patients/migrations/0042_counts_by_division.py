"""People are counted by the code of their division where it is known, and else by the name of the region: counties of
one name are told apart. What was counted by name is counted anew.
"""

from django.db import migrations

_COLUMNS = "hospital_id, last_department_id, disease_group, region, orientation, life_cycle, visit_cycle"
_BY_DIVISION = _COLUMNS.replace("region", "coalesce(nullif(division_code, ''), region) as region")

FUNCTION = """
create or replace function note_people_{name}() returns trigger language plpgsql as $$
begin
    insert into patients_peoplechange
           (hospital_id, department_id, disease_group, region, orientation, life_cycle, visit_cycle, n)
    select {columns}, sum(n)
      from ({rows}) changed
     group by {columns} having sum(n) <> 0;
    return null;
end
$$;
"""
ALONE = "lock table patients_patient in share row exclusive mode;"
RECOUNT = """
delete from patients_peoplechange;
delete from patients_peoplecount;
insert into patients_peoplecount (hospital_id, level, department_id, disease_group, region, value, n)
select hospital_id,
       case grouping(last_department_id, disease_group, region, orientation, life_cycle, visit_cycle)
            when 7 then 'cell' when 15 then 'department_disease' when 23 then 'department_region'
            when 39 then 'disease_region' when 59 then 'orientation' when 61 then 'life_cycle' else 'visit_cycle' end,
       last_department_id, coalesce(disease_group, ''), coalesce(region, ''),
       coalesce(orientation, life_cycle, visit_cycle, ''), count(*)
  from (select {columns} from patients_patient where contact_state not in ('erased', 'binned')) people
 group by hospital_id,
          grouping sets ((last_department_id, disease_group, region), (last_department_id, disease_group),
                         (last_department_id, region), (disease_group, region),
                         (orientation), (life_cycle), (visit_cycle));
"""


def _statements(columns: str) -> str:
    more = f"select {columns}, 1 as n from new_rows where contact_state not in ('erased', 'binned')"
    fewer = f"select {columns}, -1 as n from old_rows where contact_state not in ('erased', 'binned')"
    rows = {"insert": more, "update": f"{more} union all {fewer}", "delete": fewer}
    functions = "".join(FUNCTION.format(name=name, columns=_COLUMNS, rows=rows[name]) for name in rows)
    return f"{ALONE}{functions}{RECOUNT.format(columns=columns)}"


class Migration(migrations.Migration):
    dependencies = [("patients", "0041_known_index")]

    operations = [migrations.RunSQL(_statements(_BY_DIVISION), _statements(_COLUMNS))]
