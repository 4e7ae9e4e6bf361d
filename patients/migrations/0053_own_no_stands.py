"""A no of the person's own gives way only to an act of the person; sheets brought in are taken back whole.

Told in the same words by `patients.domain.consents.check_consent`: a no that our staff did not say by themselves is
lifted by a link that was sent to the person, by a signed sheet that is kept, or by a word that two members of staff have heard; what
another system told is lifted by another system too. A union of records, and one taken apart, write what holds.
"""

from django.db import migrations

GUARD = """
create function patients_own_no_stands() returns trigger language plpgsql as $$
begin
    if exists (select 1 from accounts_publiclink l
                where l.hospital_id = new.hospital_id and l.id = new.link_id and l.extra <> 'desk')
       or new.source = 'paper' and new.evidence is not null
       or new.source in ('counter', 'phone') and new.witness_id is not null and new.taken_by_id is not null then
        return new;
    end if;
    if exists (
       select 1 from patients_consent r
        where r.hospital_id = new.hospital_id and r.patient_id = new.patient_id and r.purpose = new.purpose
          and r.decision <> 'granted' and r.said_by <> 'staff' and r.at <= new.at
          and (new.channel = 'any' or r.channel in (new.channel, 'any'))
          and not (new.source = 'feed' and r.source = 'feed')
          and not exists (
              select 1 from patients_consent l
               where l.hospital_id = r.hospital_id and l.patient_id = r.patient_id and l.purpose = r.purpose
                 and (l.at, l.id) > (r.at, r.id) and l.at <= new.at
                 and l.channel in ('any', case when new.channel = 'any' then r.channel else new.channel end))) then
        raise exception 'only the person lifts an own no' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;
create trigger consent_own_no_stands before insert on patients_consent for each row
  when (new.decision = 'granted' and new.source not in ('merge', 'unmerge'))
  execute function patients_own_no_stands();
"""
UNGUARD = """
drop trigger consent_own_no_stands on patients_consent;
drop function patients_own_no_stands();
"""
# Runs with the rights of the owner, whom no policy binds: the hospital of the scope is asked for by hand.
TAKE_BACK = """
create function patients_take_back_listed_consents(entries bigint[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    gone bigint;
begin
    delete from patients_consent c
     where c.hospital_id = nullif(current_setting('app.hospital_id', true), '')::bigint
       and c.id = any(entries) and c.source = 'list';
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke all on function patients_take_back_listed_consents(bigint[]) from public;
grant execute on function patients_take_back_listed_consents(bigint[]) to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0052_consent_proof"),
    ]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(TAKE_BACK, "drop function patients_take_back_listed_consents(bigint[])"),
    ]
