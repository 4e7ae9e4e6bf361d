"""Who may ask for tokens of the API, in hospitals that are there already."""

from django.db import migrations

_GRANT = """
update accounts_role set capabilities = array_append(capabilities, 'api.tokens')
 where code in ('centre_manager', 'information_officer') and not 'api.tokens' = any(capabilities)
"""
_WITHDRAW = "update accounts_role set capabilities = array_remove(capabilities, 'api.tokens')"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0029_api_tokens")]

    operations = [migrations.RunSQL(_GRANT, _WITHDRAW)]
