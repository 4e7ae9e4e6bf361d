"""An erased record stays erased, one under legal hold is not erased, and consents lose the names of guardians.

A hold stands to the end of its last day by the clock of the hospital.
"""

from django.db import migrations

GUARD = """
create function patients_erased_for_good() returns trigger language plpgsql as $$
begin
    if old.contact_state = 'erased' and (new.contact_state <> 'erased' or new.name <> old.name
       or new.phone <> '' or new.mrn <> '' or new.address <> '') then
        raise exception 'an erased record stays erased' using errcode = 'integrity_constraint_violation';
    end if;
    if new.contact_state = 'erased' and old.contact_state <> 'erased' and exists (
       select 1 from patients_legalhold h
        where h.hospital_id = new.hospital_id and h.patient_id = new.id and h.lifted_at is null
          and (h.until is null or h.until >= (now() at time zone (
            select o.timezone from accounts_hospital o where o.id = new.hospital_id))::date)) then
        raise exception 'a record under legal hold is not erased' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;
create trigger person_erased_for_good before update on patients_patient for each row
  when (old.contact_state = 'erased' or new.contact_state = 'erased')
  execute function patients_erased_for_good();
"""
UNGUARD = """
drop trigger person_erased_for_good on patients_patient;
drop function patients_erased_for_good();
"""
# Runs with the rights of the owner, whom no policy binds: the hospital of the scope is asked for by hand.
CLEAR = """
create function patients_erase_consents(person bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    here bigint := nullif(current_setting('app.hospital_id', true), '')::bigint;
    cleared bigint;
begin
    update patients_consent c set guardian_name = '', guardian_relation = '', evidence = null
      from patients_patient p
     where p.id = person and p.hospital_id = here and p.contact_state = 'erased'
       and c.hospital_id = here and c.patient_id = p.id;
    get diagnostics cleared = row_count;
    return cleared;
end
$$;
revoke all on function patients_erase_consents(bigint) from public;
grant execute on function patients_erase_consents(bigint) to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0025_people_changes"),
    ]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(CLEAR, "drop function patients_erase_consents(bigint)"),
    ]
