"""The doors through the walls: functions of the tables' owner that answer one narrow question each."""

from django.db import migrations

HOSPITALS_OF_USER = """
create function hospitals_of_user(account bigint) returns setof bigint
language sql stable security definer set search_path = public, pg_temp
as $$
    select s.hospital_id
      from accounts_staffmember s
      join accounts_hospital h on h.id = s.hospital_id and h.is_active
     where s.user_id = account and s.is_active
       and exists (select 1 from accounts_staffrole r where r.hospital_id = s.hospital_id and r.staff_id = s.id)
     order by h.id
$$;
revoke all on function hospitals_of_user(bigint) from public;
grant execute on function hospitals_of_user(bigint) to crm_app;
"""

# Whether accounts are somebody's at another hospital than the one in scope.
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
    dependencies = [
        ("accounts", "0010_tokens"),
    ]

    operations = [
        migrations.RunSQL(HOSPITALS_OF_USER, "drop function hospitals_of_user(bigint)"),
        migrations.RunSQL(WORKING_ELSEWHERE, "drop function accounts_known_elsewhere(bigint[])"),
    ]
