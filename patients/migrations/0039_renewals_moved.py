"""How far regions were read anew stands among the renewals of all rules."""

from django.db import migrations

_MOVED = """
insert into accounts_renewal (hospital_id, rule, version, after_id, changed, finished_at)
select hospital_id, 'people-regions', version, after_id, changed, finished_at from patients_regionreading
"""
_BACK = """
insert into patients_regionreading (hospital_id, version, after_id, changed, finished_at)
select hospital_id, version, after_id, changed, finished_at from accounts_renewal where rule = 'people-regions';
delete from accounts_renewal where rule = 'people-regions';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_renewal"),
        ("patients", "0038_division_index"),
    ]

    operations = [migrations.RunSQL(_MOVED, _BACK)]
