"""The functions behind the triggers of `hospital_crm.tenancy.row_audit`."""

from django.db import migrations

WHO = """nullif(current_setting('app.user_id', true), '')::bigint,
           nullif(current_setting('app.staff_id', true), '')::bigint,
           coalesce(current_setting('app.request_id', true), '')"""

CHANGED = f"""
create function record_row_change() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    ignored text[] := string_to_array(tg_argv[0], ',');
    hidden text[] := string_to_array(tg_argv[1], ',');
    before jsonb := to_jsonb(old) - ignored;
    after jsonb;
    differences jsonb;
begin
    if tg_op = 'UPDATE' then
        after := to_jsonb(new);
        select jsonb_object_agg(key, case when key = any(hidden) then '["***", "***"]'::jsonb
                                          else jsonb_build_array(value, after -> key) end)
          into differences
          from jsonb_each(before)
         where value is distinct from after -> key;
    else
        select jsonb_object_agg(key, case when key = any(hidden) then '"***"'::jsonb else value end)
          into differences
          from jsonb_each(before)
         where value not in ('null'::jsonb, '""'::jsonb);
    end if;
    if differences is not null then
        insert into accounts_rowchange
               (hospital_id, user_id, staff_id, request_id, table_name, row_id, operation, changes)
        values (old.hospital_id, {WHO}, tg_table_name, old.id, tg_op, differences);
    end if;
    return null;
end
$$;
"""

INSERTED = f"""
create function record_rows_inserted() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    number_of_rows bigint := (select count(*) from inserted);
begin
    if number_of_rows between 1 and 20 then
        insert into accounts_rowchange
               (hospital_id, user_id, staff_id, request_id, table_name, row_id, operation, changes)
        select hospital_id, {WHO}, tg_table_name, id, tg_op, '{{}}'::jsonb
          from inserted order by id;
    elsif number_of_rows > 20 then
        insert into accounts_rowchange
               (hospital_id, user_id, staff_id, request_id, table_name, row_id, operation, changes)
        select hospital_id, {WHO}, tg_table_name, min(id), tg_op,
               jsonb_build_object('rows', count(*), 'last_id', max(id))
          from inserted group by hospital_id;
    end if;
    return null;
end
$$;
"""

DROP_TRIGGERS = """
do $$
declare
    made record;
begin
    for made in select tgname, tgrelid::regclass as owner from pg_trigger where tgname like 'row_audit_%'
    loop
        execute format('drop trigger %I on %s', made.tgname, made.owner);
    end loop;
end
$$;
drop function record_row_change();
drop function record_rows_inserted();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_crossings")]

    operations = [migrations.RunSQL(CHANGED + INSERTED, DROP_TRIGGERS)]
