"""Hospitals that stand already: who looks at possible duplicates and unites records."""

from django.db import migrations

GRANT = """
update accounts_role set capabilities = array_append(capabilities, 'patients.merge')
 where code in ('centre_manager', 'information_officer') and not 'patients.merge' = any(capabilities)
"""
WITHDRAW = "update accounts_role set capabilities = array_remove(capabilities, 'patients.merge')"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0021_index_staff_by_pinyin")]

    operations = [migrations.RunSQL(GRANT, WITHDRAW)]
