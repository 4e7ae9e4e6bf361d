"""Those who plan and lead the work with people build segments of them; the centre's manager looks after all."""

from django.db import migrations

GRANT = """
update accounts_role set capabilities = array_append(capabilities, 'patients.segments')
 where code in ('agent', 'centre_manager', 'department_head', 'medical_affairs')
   and not 'patients.segments' = any(capabilities);
update accounts_role set capabilities = array_append(capabilities, 'patients.segments_manage')
 where code = 'centre_manager' and not 'patients.segments_manage' = any(capabilities)
"""
WITHDRAW = """
update accounts_role
   set capabilities = array_remove(array_remove(capabilities, 'patients.segments'), 'patients.segments_manage')
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_chain_indexes")]

    operations = [migrations.RunSQL(GRANT, WITHDRAW)]
