"""The level of imports for `/metrics`: totals over all hospitals, so that no hospital is named."""

from django.db import migrations

LISTS_WAITING = """
create function lists_waiting() returns table (lists bigint, remaining bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
    select count(*), coalesce(sum(case when state = 'undoing' then position else rows - position end), 0)::bigint
      from integrations_importbatch
     where kind = 'discharges' and state in ('checking', 'queued', 'running', 'undoing')
$$;
revoke all on function lists_waiting() from public;
grant execute on function lists_waiting() to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("integrations", "0005_mapping")]

    operations = [migrations.RunSQL(LISTS_WAITING, "drop function lists_waiting()")]
