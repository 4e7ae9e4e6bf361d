"""What the database itself refuses: calls for the dead, those who may be, and those who refused, whichever row changes."""

from django.db import migrations

# The serving role runs these with its own rights, so row-level security holds inside them.
GUARDS = """
create or replace function followups_no_order_for_the_dead() returns trigger language plpgsql as $$
begin
    if exists (
        select from inserted o
          join patients_patient p on p.hospital_id = o.hospital_id and p.id = o.patient_id
         where p.contact_state in ('deceased', 'erased') and o.state = 'submitted'
            or (p.contact_state <> 'open' or p.death_in_doubt_since is not null)
               and o.state in ('planned', 'dispatched', 'in_progress', 'attempted', 'returned')
    ) then
        raise exception 'no follow-up order for the dead, the erased and those who refused'
            using errcode = 'check_violation', constraint = 'order_never_for_the_dead';
    end if;
    return null;
end $$;

create or replace function followups_no_work_for_the_dead() returns trigger language plpgsql as $$
begin
    if exists (
        select from patients_patient p
         where p.hospital_id = new.hospital_id and p.id = new.patient_id
           and (p.contact_state in ('deceased', 'erased')
                or (p.contact_state <> 'open' or p.death_in_doubt_since is not null) and new.state <> 'submitted')
    ) then
        raise exception 'no follow-up order for the dead, the erased and those who refused'
            using errcode = 'check_violation', constraint = 'order_never_for_the_dead';
    end if;
    return new;
end $$;

drop trigger order_update_never_for_the_dead on followups_followuporder;
create trigger order_update_never_for_the_dead before update of state, patient_id on followups_followuporder for each row
    when (
        new.state is distinct from old.state
        and new.state in ('planned', 'dispatched', 'in_progress', 'attempted', 'returned', 'submitted')
        or new.patient_id is distinct from old.patient_id
        and new.state in ('planned', 'dispatched', 'in_progress', 'attempted', 'returned')
    ) execute function followups_no_work_for_the_dead();

create function followups_nobody_ends_with_calls_left() returns trigger language plpgsql as $$
begin
    if exists (
        select from followups_followuporder o join patients_patient p on p.hospital_id = o.hospital_id and p.id = o.patient_id
         where o.hospital_id = new.hospital_id and o.patient_id = new.id
           and ((p.contact_state <> 'open' or p.death_in_doubt_since is not null)
                and o.state in ('planned', 'dispatched', 'in_progress', 'attempted', 'returned')
                or p.contact_state <> 'open' and o.state = 'suspended')
    ) then
        raise exception 'no follow-up order for the dead, the erased and those who refused'
            using errcode = 'check_violation', constraint = 'order_never_for_the_dead';
    end if;
    return null;
end $$;

create constraint trigger person_ends_without_calls_left after update of contact_state, death_in_doubt_since on patients_patient
    deferrable initially deferred for each row
    when (
        new.contact_state is distinct from old.contact_state and new.contact_state <> 'open'
        or new.death_in_doubt_since is distinct from old.death_in_doubt_since and new.death_in_doubt_since is not null
    )
    execute function followups_nobody_ends_with_calls_left();
"""

NO_GUARDS = """
drop trigger person_ends_without_calls_left on patients_patient;
drop function followups_nobody_ends_with_calls_left();

drop trigger order_update_never_for_the_dead on followups_followuporder;
create trigger order_update_never_for_the_dead before update of state, patient_id on followups_followuporder for each row
    when (
        (new.state is distinct from old.state or new.patient_id is distinct from old.patient_id)
        and new.state in ('planned', 'dispatched', 'in_progress', 'attempted', 'returned', 'submitted')
    ) execute function followups_no_work_for_the_dead();
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0009_covering_indexes"), ("patients", "0005_death_in_doubt")]

    operations = [migrations.RunSQL(GUARDS, NO_GUARDS)]
