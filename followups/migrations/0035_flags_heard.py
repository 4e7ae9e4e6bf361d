"""Of the red flags on record the last one of each order, as the order says, is of the attempt in which it was heard.

In pieces, by the order of their keys, each by itself: nobody waits for more than one.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_AT_ONCE = 20_000
_HEARD = """
update followups_attempt a set has_finding = true
  from followups_followuporder o
 where o.has_finding and a.hospital_id = o.hospital_id and a.order_id = o.id and a.at = o.finding_at
   and o.id > %s and o.id <= %s
"""


def fill(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The attempts of so many orders at a time."""
    with editor.connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from followups_followuporder")
        last = cursor.fetchone()[0]
        for start in range(0, last, _AT_ONCE):
            cursor.execute(_HEARD, [start, start + _AT_ONCE])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0034_flags_of_attempts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
