"""The outbox's level for `/metrics`: totals over all hospitals, so that no hospital is named. Counting stops at
100,000.
"""

from django.db import migrations

MESSAGES_WAITING = """
create function messages_waiting() returns table (due bigint, unsettled bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
    select (select count(*) from (select 1 from messaging_message where state = 'planned' and not_before <= now()
    limit 100000) d),
           (select count(*) from (select 1 from messaging_message where state = 'unknown' limit 100000) u)
$$;
revoke all on function messages_waiting() from public;
grant execute on function messages_waiting() to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_digest")]

    operations = [migrations.RunSQL(MESSAGES_WAITING, "drop function messages_waiting()")]
