"""Hospitals that stand already: who puts records under legal hold and erases them."""

from django.db import migrations

GRANT = """
update accounts_role set capabilities = capabilities || array['patients.hold', 'patients.erase']::varchar[]
 where code = 'centre_manager' and not 'patients.erase' = any(capabilities)
"""
WITHDRAW = """
update accounts_role
   set capabilities = array_remove(array_remove(capabilities, 'patients.hold'), 'patients.erase')
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0022_rights_of_union")]

    operations = [migrations.RunSQL(GRANT, WITHDRAW)]
