"""When a record is erased, what came back from its addresses for a time goes: rows that the serving role only adds."""

from django.db import migrations

# Runs with the rights of the owner, whom no policy binds: the hospital of the scope is asked for by hand.
FORGET = """
create function messaging_forget_bounces(addresses text[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    here bigint := nullif(current_setting('app.hospital_id', true), '')::bigint;
    gone bigint;
begin
    delete from messaging_softbounce b where b.hospital_id = here and b.address = any(addresses);
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke all on function messaging_forget_bounces(text[]) from public;
grant execute on function messaging_forget_bounces(text[]) to crm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0016_united_reason")]

    operations = [migrations.RunSQL(FORGET, "drop function messaging_forget_bounces(text[])")]
