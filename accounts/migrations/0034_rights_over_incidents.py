"""Hospitals that stand already: the security officer and the auditor find out whom an incident concerns, and take the
trail out of the house.
"""

from django.db import migrations

GRANT = """
update accounts_role set capabilities = capabilities || array['security.incidents', 'exports.make']::varchar[]
 where code in ('security_officer', 'auditor') and not 'security.incidents' = any(capabilities)
"""
WITHDRAW = """
update accounts_role set capabilities = array_remove(capabilities, 'security.incidents');
update accounts_role set capabilities = array_remove(capabilities, 'exports.make')
 where code in ('security_officer', 'auditor')
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0033_department_tables")]

    operations = [migrations.RunSQL(GRANT, WITHDRAW)]
