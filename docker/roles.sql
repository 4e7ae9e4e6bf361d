-- The database roles of one PostgreSQL cluster, run by a superuser; safe to run again. PostgreSQL 15 and later.
--   crm_owner     owns the tables and migrates; may make databases (the tests make their own)
--   crm_app       serves every request; row-level security holds for it
--   crm_platform  entered by SET ROLE for work across hospitals; never inherited, or its policy would open crm_app
-- Passwords are set by whoever runs this file.
do $$
declare
    entered_only text := case when current_setting('server_version_num')::int >= 160000
                              then ' with inherit false, set true' else '' end;
begin
    if to_regrole('crm_owner') is null then
        create role crm_owner login;
    end if;
    if to_regrole('crm_app') is null then
        create role crm_app login;
    end if;
    if to_regrole('crm_platform') is null then
        create role crm_platform;
    end if;
    alter role crm_owner login nosuperuser nobypassrls createdb nocreaterole;
    -- PostgreSQL 15 knows inheritance only as a property of the member.
    alter role crm_app login nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
    alter role crm_platform nologin nosuperuser nobypassrls nocreatedb nocreaterole;
    execute 'grant crm_app to crm_owner' || entered_only;
    execute 'grant crm_platform to crm_app, crm_owner' || entered_only;
end
$$;
