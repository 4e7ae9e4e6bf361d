"""Hospitals that stand already: who works on what people ask about their own data, and who is the second person."""

from django.db import migrations

GRANT = """
update accounts_role set capabilities = capabilities || array['privacy.requests', 'privacy.approve']::varchar[]
 where code = 'centre_manager' and not 'privacy.requests' = any(capabilities);
update accounts_role set capabilities = capabilities || array['privacy.approve']::varchar[]
 where code = 'security_officer' and not 'privacy.approve' = any(capabilities)
"""
WITHDRAW = """
update accounts_role
   set capabilities = array_remove(array_remove(capabilities, 'privacy.requests'), 'privacy.approve')
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0030_rights_of_tokens")]

    operations = [migrations.RunSQL(GRANT, WITHDRAW)]
