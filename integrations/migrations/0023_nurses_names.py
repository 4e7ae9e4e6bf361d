"""Names that stays have as their nurse's keep what was decided about them; what names nurses alone is no physician's."""

from django.db import migrations

_NURSE = """
(mapping.staff_id is null or exists (
    select from accounts_staffrole held join accounts_role role on role.id = held.role_id
    where held.staff_id = mapping.staff_id and role.code in ('nurse', 'head_nurse')
))
and exists (
    select from patients_encounter stay where stay.hospital_id = mapping.hospital_id and stay.nurse_name = mapping.name
)
"""
_NURSES_ALONE = f"""
update integrations_physicianmapping mapping set role = 'nurse'
where {_NURSE} and not exists (
    select from patients_encounter stay
    where stay.hospital_id = mapping.hospital_id and stay.attending_name = mapping.name
)
"""
_BOTH = f"""
insert into integrations_physicianmapping
    (hospital_id, public_id, feed_id, role, name, department_id, staff_id, state, candidates, last_seen_on, decided_at)
select hospital_id, gen_random_uuid(), feed_id, 'nurse', name, department_id, staff_id, state, candidates,
    last_seen_on, decided_at
from integrations_physicianmapping mapping
where role = 'attending' and state = 'decided' and {_NURSE}
"""


class Migration(migrations.Migration):
    dependencies = [("integrations", "0022_name_roles"), ("patients", "0062_nurse_idx")]

    operations = [
        migrations.RunSQL(_NURSES_ALONE, migrations.RunSQL.noop),
        migrations.RunSQL(_BOTH, migrations.RunSQL.noop),
    ]
