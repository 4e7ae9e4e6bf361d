"""Records in the bin are counted nowhere, as erased ones are not."""

from django.db import migrations

_COLUMNS = "hospital_id, last_department_id, disease_group, region, orientation, life_cycle, visit_cycle"
_FUNCTION = """
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


def _functions(uncounted):
    more = f"select {_COLUMNS}, 1 as n from new_rows where contact_state not in ({uncounted})"
    fewer = f"select {_COLUMNS}, -1 as n from old_rows where contact_state not in ({uncounted})"
    parts = (("insert", more), ("update", f"{more} union all {fewer}"), ("delete", fewer))
    return "".join(_FUNCTION.format(name=name, columns=_COLUMNS, rows=rows) for name, rows in parts)


class Migration(migrations.Migration):
    dependencies = [("patients", "0034_former_list_indexes")]

    operations = [migrations.RunSQL(_functions("'erased', 'binned'"), _functions("'erased'"))]
