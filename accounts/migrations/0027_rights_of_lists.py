"""Who may share views, change many people at once, make tags and approve exports, in hospitals that are there already."""

from django.db import migrations

_OF_MANAGERS = "{patients.edit_many,patients.tags,lists.share}"
_GRANT = """
update accounts_role set capabilities = capabilities || array(
    select one from unnest(%s::varchar[]) as one where not one = any(capabilities))
 where code = %s
"""
_WITHDRAW = """
update accounts_role set capabilities = array(
    select one from unnest(capabilities) as one where not one = any(%s::varchar[]))
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0026_exports")]

    operations = [
        migrations.RunSQL(
            [(_GRANT, [_OF_MANAGERS, "centre_manager"]), (_GRANT, ["{exports.approve}", "security_officer"])],
            [(_WITHDRAW, ["{patients.edit_many,patients.tags,lists.share,exports.approve}"])],
        )
    ]
