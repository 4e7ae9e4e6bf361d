"""Orders of stays that told no ward have the only ward of their department, where there is one: those that are open, and
those in which a red flag was heard.

In pieces, by the order of their keys. The trigger of the row differences comes again at the end of `migrate`.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_AT_ONCE = 20_000
_FILLED = """
with single as (
    select hospital_id, department_id, min(id) as ward_id from accounts_ward where is_active
     group by 1, 2 having count(*) = 1
)
update followups_followuporder o set ward_id = single.ward_id
  from single
 where single.hospital_id = o.hospital_id and single.department_id = o.department_id and o.ward_id is null
   and (o.closed_at is null or o.has_finding) and o.id > %s and o.id <= %s
"""


def fill(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The orders, so many keys at a time."""
    with editor.connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from followups_followuporder")
        last = cursor.fetchone()[0]
        for start in range(0, last, _AT_ONCE):
            cursor.execute(_FILLED, [start, start + _AT_ONCE])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0032_followed_calendars"), ("accounts", "0002_hospital")]

    operations = [
        migrations.RunSQL("drop trigger if exists row_audit_update on followups_followuporder", migrations.RunSQL.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
