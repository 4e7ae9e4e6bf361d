-- Prepares a PostgreSQL server (15 or later) for the CRM; run by a superuser, safe to run again:
--   CRM_OWNER_PASSWORD=… CRM_APP_PASSWORD=… psql -U postgres -d postgres -f docker/init.sql
-- A database made before keeps its data; the passwords are set to those given.
\set ON_ERROR_STOP on
\getenv owner_password CRM_OWNER_PASSWORD
\getenv app_password CRM_APP_PASSWORD
\ir roles.sql
alter role crm_owner nocreatedb password :'owner_password';
alter role crm_app password :'app_password';
select 'create database crm owner crm_owner encoding ''UTF8'' template template0'
 where not exists (select from pg_database where datname = 'crm') \gexec
revoke connect, temporary on database crm from public;
grant connect, temporary on database crm to crm_owner, crm_app;
