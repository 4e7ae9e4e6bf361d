"""Failed sign-ins and acts of platform operators are kept three years, as everything else of the trail."""

from django.db import migrations

_REPLACED = """
do $do$
declare
    written constant text := pg_get_functiondef('purge_sealed(text, bigint)'::regprocedure);
begin
    if position($a${before}$a$ in written) = 0 then
        raise exception 'purge_sealed is not as it was made';
    end if;
    execute replace(written, $a${before}$a$, $a${after}$a$);
end
$do$;
"""
DAYS = "when outside then interval '180 days' else"
YEARS = "when outside then interval '3 years' else"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0027_rights_of_lists")]

    operations = [
        migrations.RunSQL(_REPLACED.format(before=DAYS, after=YEARS), _REPLACED.format(before=YEARS, after=DAYS))
    ]
