"""Calls of an erased person keep when and how, not what was said nor which number was called."""

from django.db import migrations

# Runs with the rights of the owner, whom no policy binds: the hospital of the scope is asked for by hand.
CLEAR = """
create function followups_erase_calls(person bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    here bigint := nullif(current_setting('app.hospital_id', true), '')::bigint;
    cleared bigint;
begin
    if not exists (select 1 from patients_patient p
                    where p.id = person and p.hospital_id = here and p.contact_state = 'erased') then
        return 0;
    end if;
    update followups_attempt set note = '', contact_point_id = null
     where hospital_id = here and patient_id = person;
    get diagnostics cleared = row_count;
    update followups_dissatisfactionentry e set text = ''
      from followups_dissatisfaction d
     where d.hospital_id = here and d.patient_id = person and e.hospital_id = here and e.dissatisfaction_id = d.id;
    return cleared;
end
$$;
revoke all on function followups_erase_calls(bigint) from public;
grant execute on function followups_erase_calls(bigint) to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0010_attempts_follow"),
        ("patients", "0026_erasing"),
    ]

    operations = [
        migrations.RunSQL(CLEAR, "drop function followups_erase_calls(bigint)"),
    ]
