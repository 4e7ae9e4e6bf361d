"""The door from a link without log-in to its hospital: one hash in, one hospital out, and only while the link is open."""

from django.db import migrations

HOSPITAL_BY_TOKEN = """
create function hospital_by_token(asked text) returns bigint
language sql stable security definer set search_path = public, pg_temp
as $$
    select l.hospital_id
      from accounts_publiclink l
      join accounts_hospital h on h.id = l.hospital_id and h.is_active
     where l.token_hash = asked and l.closed_at is null and (l.expires_at is null or l.expires_at > now())
$$;
revoke all on function hospital_by_token(text) from public;
grant execute on function hospital_by_token(text) to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_public_link"),
    ]

    operations = [
        migrations.RunSQL(HOSPITAL_BY_TOKEN, "drop function hospital_by_token(text)"),
    ]
