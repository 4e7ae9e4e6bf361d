"""What the database itself refuses: calls for the dead, those who may be, and those who refused, whichever row changes;
and changes of a protocol that has been published.
"""

from django.db import migrations

# The serving role runs these with its own rights, so row-level security holds inside them.
DEAD = """
create function followups_no_order_for_the_dead() returns trigger language plpgsql as $$
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

create trigger order_insert_never_for_the_dead after insert on followups_followuporder
    referencing new table as inserted for each statement execute function followups_no_order_for_the_dead();

create function followups_no_work_for_the_dead() returns trigger language plpgsql as $$
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

create trigger order_update_never_for_the_dead before update of state, patient_id on followups_followuporder for each row
    when (
        new.state is distinct from old.state
        and new.state in ('planned', 'dispatched', 'in_progress', 'attempted', 'returned', 'submitted')
        or new.patient_id is distinct from old.patient_id
        and new.state in ('planned', 'dispatched', 'in_progress', 'attempted', 'returned')
    ) execute function followups_no_work_for_the_dead();

create function followups_no_attempt_on_the_dead() returns trigger language plpgsql as $$
begin
    if exists (
        select from patients_patient p
         where p.hospital_id = new.hospital_id and p.id = new.patient_id and p.contact_state in ('deceased', 'erased')
           and (p.death_reported_at is null or new.at >= p.death_reported_at)
    ) then
        raise exception 'a dead or erased person is not called'
            using errcode = 'check_violation', constraint = 'attempt_never_on_the_dead';
    end if;
    return new;
end $$;

create trigger attempt_never_on_the_dead before insert on followups_attempt for each row
    execute function followups_no_attempt_on_the_dead();

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

NO_DEAD = """
drop trigger person_ends_without_calls_left on patients_patient;
drop function followups_nobody_ends_with_calls_left();
drop trigger attempt_never_on_the_dead on followups_attempt;
drop trigger order_update_never_for_the_dead on followups_followuporder;
drop trigger order_insert_never_for_the_dead on followups_followuporder;
drop function followups_no_attempt_on_the_dead();
drop function followups_no_work_for_the_dead();
drop function followups_no_order_for_the_dead();
"""

PUBLISHED = """
create function followups_published_protocol_stays() returns trigger language plpgsql as $$
declare
    part record := case when tg_op = 'DELETE' then old else new end;
begin
    if exists (select from followups_protocol p where p.id = part.protocol_id and p.state <> 'draft') then
        raise exception 'a published protocol does not change: make a new version'
            using errcode = 'check_violation', constraint = 'protocol_published_stays';
    end if;
    return part;
end $$;

create function followups_published_protocol_row_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.state <> 'draft' and new.state <> 'draft'
       and (old.code, old.version, old.trigger, old.name) is not distinct from (new.code, new.version, new.trigger, new.name) then
        return new;
    end if;
    if old.state = 'draft' then
        return case when tg_op = 'DELETE' then old else new end;
    end if;
    raise exception 'a published protocol does not change: make a new version'
        using errcode = 'check_violation', constraint = 'protocol_published_stays';
end $$;

create trigger protocol_published_stays before update or delete on followups_protocol
    for each row execute function followups_published_protocol_row_stays();
"""

PARTS = ("tierrule", "protocolstep", "escalationrule", "tiertarget")
ON_PARTS = "".join(
    f"create trigger protocol_published_stays before insert or update or delete on followups_{part}"
    " for each row execute function followups_published_protocol_stays();"
    for part in PARTS
)
NO_PUBLISHED = (
    "".join(f"drop trigger protocol_published_stays on followups_{part};" for part in PARTS)
    + "drop trigger protocol_published_stays on followups_protocol;"
    "drop function followups_published_protocol_row_stays();"
    "drop function followups_published_protocol_stays();"
)


class Migration(migrations.Migration):
    dependencies = [("followups", "0008_reviews"), ("patients", "0026_erasing")]

    operations = [
        migrations.RunSQL(DEAD, NO_DEAD),
        migrations.RunSQL(PUBLISHED + ON_PARTS, NO_PUBLISHED),
    ]
