"""The level of imports counts lists of every kind: all of them wait for the same workers."""

from django.db import migrations

_LISTS_WAITING = """
create or replace function lists_waiting() returns table (lists bigint, remaining bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
    select count(*), coalesce(sum(case when state = 'undoing' then position else rows - position end), 0)::bigint
      from integrations_importbatch
     where {which}state in ('checking', 'queued', 'running', 'undoing')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("integrations", "0011_issue_kinds")]

    operations = [
        migrations.RunSQL(_LISTS_WAITING.format(which=""), _LISTS_WAITING.format(which="kind = 'discharges' and "))
    ]
