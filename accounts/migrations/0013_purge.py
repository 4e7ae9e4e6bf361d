"""The one function that deletes from the audit trail: whole sealed batches that are older than three years."""

from django.db import migrations

PURGE = """
create function purge_sealed(chain_name text, seal_number bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    home constant bigint := nullif(current_setting('app.hospital_id', true), '')::bigint;
    outside constant boolean := chain_name in ('failure', 'platform');
    source constant text := case chain_name when 'event' then 'accounts_auditevent'
        when 'access' then 'accounts_accesslog' when 'change' then 'accounts_rowchange'
        when 'failure' then 'accounts_loginfailure' when 'platform' then 'accounts_platformevent' end;
    youngest constant timestamptz := now() - interval '3 years';
    sealed record;
    ceiling bigint;
    known boolean;
    young boolean;
    batch text;
    gone bigint;
begin
    if source is null or (not outside and home is null) then
        raise exception 'no such chain here: %', chain_name;
    end if;
    if outside then
        select id, from_xid, upto_xid, floor_id, rows, digest into sealed
          from accounts_platformseal where id = seal_number and chain = chain_name;
        select min(floor_id) into ceiling from accounts_platformseal
         where chain = chain_name and floor_id > sealed.floor_id;
        select exists (select from accounts_platformpurge where seal_id = seal_number) into known;
    else
        select id, from_xid, upto_xid, floor_id, rows, digest into sealed
          from accounts_auditseal where id = seal_number and chain = chain_name and hospital_id = home;
        select min(floor_id) into ceiling from accounts_auditseal
         where chain = chain_name and hospital_id = home and floor_id > sealed.floor_id;
        select exists (select from accounts_auditpurge where seal_id = seal_number and hospital_id = home) into known;
    end if;
    if sealed.id is null then
        raise exception 'no such seal in %: %', chain_name, seal_number;
    end if;
    if known then
        return 0;
    end if;
    batch := format(
        ' from %I where xid >= $1 and xid < $2 and id > $3 and id <= $4 and ($5 is null or %s = $5)',
        source, case when outside then 'null' else 'hospital_id' end
    );
    execute 'select exists (select' || batch || ' and at >= $6)' into young
      using sealed.from_xid, sealed.upto_xid, sealed.floor_id, coalesce(ceiling, 9223372036854775807),
            case when outside then null else home end, youngest;
    if young then
        raise exception 'seal % of % holds rows that must still be kept', seal_number, chain_name;
    end if;
    execute 'delete' || batch
      using sealed.from_xid, sealed.upto_xid, sealed.floor_id, coalesce(ceiling, 9223372036854775807),
            case when outside then null else home end;
    get diagnostics gone = row_count;
    if gone <> sealed.rows then
        raise exception 'seal % of %: % rows sealed, % found', seal_number, chain_name, sealed.rows, gone;
    end if;
    if outside then
        insert into accounts_platformpurge (seal_id, rows, digest) values (seal_number, gone, sealed.digest);
    else
        insert into accounts_auditpurge (hospital_id, seal_id, rows, digest)
        values (home, seal_number, gone, sealed.digest);
    end if;
    return gone;
end
$$;
revoke all on function purge_sealed(text, bigint) from public;
grant execute on function purge_sealed(text, bigint) to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_row_changes"),
    ]

    operations = [
        migrations.RunSQL(PURGE, "drop function purge_sealed(text, bigint)"),
    ]
