"""Consents are written once; only whose they are may change, and only as a union of two records on file says."""

from django.db import migrations

# Runs with the rights of the owner, whom no policy binds: the hospital of the scope is asked for by hand.
FOLLOW = """
create function patients_consents_follow_union(merger bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    here bigint := nullif(current_setting('app.hospital_id', true), '')::bigint;
    moved bigint;
begin
    update patients_consent c
       set patient_id = case when m.undone_at is null then m.kept_id else m.merged_id end
      from patients_personmerger m
     where m.id = merger and m.hospital_id = here and c.hospital_id = here
       and case when m.undone_at is null then c.patient_id = m.merged_id
                else c.patient_id = m.kept_id and exists (
                     select 1 from jsonb_array_elements(m.before -> 'patients.consent.patient') row
                      where (row ->> 'id')::bigint = c.id and (row ->> 'patient_id')::bigint = m.merged_id)
           end;
    get diagnostics moved = row_count;
    return moved;
end
$$;
revoke all on function patients_consents_follow_union(bigint) from public;
grant execute on function patients_consents_follow_union(bigint) to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0023_member_care"),
    ]

    operations = [
        migrations.RunSQL(FOLLOW, "drop function patients_consents_follow_union(bigint)"),
    ]
