"""Hospitals that stand already: who looks after VIP members, who grants memberships, who reviews flagged viewings."""

from django.db import migrations

_GRANTS = {
    "centre_manager": "{patients.members,patients.memberships,patients.membership_levels}",
    "security_officer": "{security.viewings}",
    **dict.fromkeys(("agent", "physician", "nurse", "head_nurse", "department_head"), "{patients.members}"),
}
_GRANT = """
update accounts_role set capabilities = capabilities || array(
    select one from unnest(%s::varchar[]) as one where not one = any(capabilities))
 where code = %s
"""
_WITHDRAW = """
update accounts_role set capabilities = array(
    select one from unnest(capabilities) as one where not one = any(%s::varchar[]))
"""
_ALL = "{patients.members,patients.memberships,patients.membership_levels,security.viewings}"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0035_incidents")]

    operations = [
        migrations.RunSQL([(_GRANT, [rights, code]) for code, rights in _GRANTS.items()], [(_WITHDRAW, [_ALL])])
    ]
