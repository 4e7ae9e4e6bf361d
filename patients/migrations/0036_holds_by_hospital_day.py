"""A legal hold stands to the end of its last day by the clock of the hospital, not by that of the session."""

from django.db import migrations

BY_HOSPITAL = """
create or replace function patients_erased_for_good() returns trigger language plpgsql as $$
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
"""
BY_SESSION = """
create or replace function patients_erased_for_good() returns trigger language plpgsql as $$
begin
    if old.contact_state = 'erased' and (new.contact_state <> 'erased' or new.name <> old.name
       or new.phone <> '' or new.mrn <> '' or new.address <> '') then
        raise exception 'an erased record stays erased' using errcode = 'integrity_constraint_violation';
    end if;
    if new.contact_state = 'erased' and old.contact_state <> 'erased' and exists (
       select 1 from patients_legalhold h
        where h.hospital_id = new.hospital_id and h.patient_id = new.id and h.lifted_at is null
          and (h.until is null or h.until >= current_date)) then
        raise exception 'a record under legal hold is not erased' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("patients", "0035_binned_are_not_counted")]

    operations = [migrations.RunSQL(BY_HOSPITAL, BY_SESSION)]
