"""Whoever adds, changes or removes people says how many there are more or fewer of each combination; erased records
and those in the bin are counted nowhere.
"""

from django.db import migrations

_COLUMNS = "hospital_id, last_department_id, disease_group, region, orientation, life_cycle, visit_cycle"

FUNCTION = """
create function note_people_{name}() returns trigger language plpgsql as $$
begin
    insert into patients_peoplechange
           (hospital_id, department_id, disease_group, region, orientation, life_cycle, visit_cycle, n)
    select {columns}, sum(n)
      from ({rows}) changed
     group by {columns} having sum(n) <> 0;
    return null;
end
$$;
create trigger people_changes_{name} after {name} on patients_patient {tables}
    for each statement execute function note_people_{name}();
"""
_MORE = f"select {_COLUMNS}, 1 as n from new_rows where contact_state not in ('erased', 'binned')"
_FEWER = f"select {_COLUMNS}, -1 as n from old_rows where contact_state not in ('erased', 'binned')"
_NEW, _OLD = "new table as new_rows", "old table as old_rows"

INSTALL = "".join(
    FUNCTION.format(name=name, columns=_COLUMNS, rows=rows, tables=f"referencing {tables}")
    for name, rows, tables in (
        ("insert", _MORE, _NEW),
        ("update", f"{_MORE} union all {_FEWER}", f"{_OLD} {_NEW}"),
        ("delete", _FEWER, _OLD),
    )
)
REMOVE = "".join(
    f"drop trigger people_changes_{name} on patients_patient; drop function note_people_{name}();"
    for name in ("insert", "update", "delete")
)


class Migration(migrations.Migration):
    dependencies = [("patients", "0024_consents_follow")]

    operations = [migrations.RunSQL(INSTALL, REMOVE)]
