"""Those who refused all contact for good are still called for their safety: after a red flag."""

from django.db import migrations

# The serving role runs these with its own rights, so row-level security holds inside them.
_GUARDS = """
create or replace function followups_no_order_for_the_dead() returns trigger language plpgsql as $$
begin
    if exists (
        select from inserted o
          join patients_patient p on p.hospital_id = o.hospital_id and p.id = o.patient_id
         where p.contact_state in ('deceased', 'erased') and o.state = 'submitted'
            or (p.contact_state <> 'open' or p.death_in_doubt_since is not null)
               and o.state in ('planned', 'dispatched', 'in_progress', 'attempted', 'returned')
               and not ({of_o} and p.death_in_doubt_since is null)
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
           and not ({of_new} and p.death_in_doubt_since is null)
    ) then
        raise exception 'no follow-up order for the dead, the erased and those who refused'
            using errcode = 'check_violation', constraint = 'order_never_for_the_dead';
    end if;
    return new;
end $$;

create or replace function followups_nobody_ends_with_calls_left() returns trigger language plpgsql as $$
begin
    if exists (
        select from followups_followuporder o join patients_patient p on p.hospital_id = o.hospital_id and p.id = o.patient_id
         where o.hospital_id = new.hospital_id and o.patient_id = new.id
           and ((p.contact_state <> 'open' or p.death_in_doubt_since is not null)
                and o.state in ('planned', 'dispatched', 'in_progress', 'attempted', 'returned')
                and not ({of_o} and p.death_in_doubt_since is null)
                or p.contact_state <> 'open' and o.state = 'suspended' and not ({of_o}))
    ) then
        raise exception 'no follow-up order for the dead, the erased and those who refused'
            using errcode = 'check_violation', constraint = 'order_never_for_the_dead';
    end if;
    return null;
end $$;
"""
_SAFETY = (
    "p.contact_state = 'stopped' and ({row}.has_finding or exists ("
    "select from followups_protocolstep s"
    " where s.hospital_id = {row}.hospital_id and s.id = {row}.step_id and s.condition = 'after_negative'))"
)


class Migration(migrations.Migration):
    dependencies = [("followups", "0020_heard_index")]

    operations = [
        migrations.RunSQL(
            _GUARDS.format(of_o=_SAFETY.format(row="o"), of_new=_SAFETY.format(row="new")),
            _GUARDS.format(of_o="false", of_new="false"),
        ),
    ]
