"""The service centre sees the classification of people; its manager changes the rules behind it."""

from django.db import migrations

GRANT = """
update accounts_role set capabilities = array_append(capabilities, 'patients.classification')
 where code in ('agent', 'centre_manager') and not 'patients.classification' = any(capabilities);
update accounts_role set capabilities = array_append(capabilities, 'patients.label_rules')
 where code = 'centre_manager' and not 'patients.label_rules' = any(capabilities)
"""
WITHDRAW = """
update accounts_role
   set capabilities = array_remove(array_remove(capabilities, 'patients.classification'), 'patients.label_rules')
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0017_segments")]

    operations = [migrations.RunSQL(GRANT, WITHDRAW)]
