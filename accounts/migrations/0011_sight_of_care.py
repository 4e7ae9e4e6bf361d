"""Whoever sees people goes on seeing their tier, department, visits and follow-up; the liaison of units does not."""

from django.db import migrations

GRANT = """
update accounts_role set capabilities = array_append(capabilities, 'patients.care')
 where 'patients.view' = any(capabilities) and code <> 'liaison' and not 'patients.care' = any(capabilities)
"""
WITHDRAW = "update accounts_role set capabilities = array_remove(capabilities, 'patients.care')"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_role_proposals")]

    operations = [migrations.RunSQL(GRANT, WITHDRAW)]
