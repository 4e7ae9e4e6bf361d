"""Attempts are written once; only whose they are may change, and only to the person of their order."""

from django.db import migrations

# Runs with the rights of the owner, whom no policy binds: the hospital of the scope is asked for by hand.
FOLLOW = """
create function followups_attempts_follow_orders(person bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    here bigint := nullif(current_setting('app.hospital_id', true), '')::bigint;
    moved bigint;
begin
    update followups_attempt a set patient_id = o.patient_id
      from followups_followuporder o
     where o.hospital_id = here and o.patient_id = person
       and a.hospital_id = here and a.order_id = o.id and a.patient_id <> o.patient_id;
    get diagnostics moved = row_count;
    update followups_attempt a set contact_point_id = mine.id
      from patients_contactpoint theirs
      join patients_contactpoint mine
        on mine.hospital_id = here and mine.patient_id = person
       and mine.system = theirs.system and mine.value = theirs.value
     where theirs.hospital_id = here and theirs.patient_id <> person
       and a.hospital_id = here and a.patient_id = person and a.contact_point_id = theirs.id;
    return moved;
end
$$;
revoke all on function followups_attempts_follow_orders(bigint) from public;
grant execute on function followups_attempts_follow_orders(bigint) to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0009_guards"),
        ("patients", "0026_erasing"),
    ]

    operations = [
        migrations.RunSQL(FOLLOW, "drop function followups_attempts_follow_orders(bigint)"),
    ]
