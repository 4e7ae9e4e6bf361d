"""One door more: whether accounts are somebody's at another hospital than the one in scope."""

from django.db import migrations

WORKING_ELSEWHERE = """
create function accounts_known_elsewhere(accounts bigint[]) returns setof bigint
language sql stable security definer set search_path = public, pg_temp
as $$
    select distinct user_id
      from accounts_staffmember
     where user_id = any(accounts)
       and hospital_id is distinct from nullif(current_setting('app.hospital_id', true), '')::bigint
$$;
revoke all on function accounts_known_elsewhere(bigint[]) from public;
grant execute on function accounts_known_elsewhere(bigint[]) to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_index_less_on_hospital")]

    operations = [
        migrations.RunSQL(WORKING_ELSEWHERE, "drop function accounts_known_elsewhere(bigint[])"),
    ]
