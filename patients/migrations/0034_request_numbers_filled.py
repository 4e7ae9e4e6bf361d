"""Privacy requests that are there are numbered anew, each hospital from one."""

from django.db import migrations

_NUMBER = """
update {table} row set serial = counted.n
from (select id, row_number() over (partition by hospital_id order by id) n from {table}) counted
where counted.id = row.id
"""
_COUNTED = """
insert into accounts_numberseries (hospital_id, register, last)
select hospital_id, '{register}', max(serial) from {table} group by hospital_id
"""
_FORGET = "delete from accounts_numberseries where register = '{register}'"
_TABLES = (("patients_privacyrequest", "requests"),)


def _filled(table: str, register: str) -> list[migrations.RunSQL]:
    names = {"table": table, "register": register}
    return [
        migrations.RunSQL(_NUMBER.format(**names), migrations.RunSQL.noop),
        migrations.RunSQL(_COUNTED.format(**names), _FORGET.format(**names)),
    ]


class Migration(migrations.Migration):
    dependencies = [("patients", "0033_request_number"), ("accounts", "0015_number_series")]

    operations = [one for table, register in _TABLES for one in _filled(table, register)]
