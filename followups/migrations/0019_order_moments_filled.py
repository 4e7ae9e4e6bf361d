"""Red flags on record were heard when the result was sent, else in the last call; results to be redone were returned
when the last review says.

What is told anew changes nothing that somebody did: the trigger of the row differences comes again at the end of
`migrate`.
"""

from django.db import migrations

_HEARD = """
update followups_followuporder set finding_at = coalesce(submitted_at, last_attempt_at, created_at) where has_finding
"""
_RETURNED = """
update followups_followuporder o set returned_at = r.at
  from (select hospital_id, order_id, max(at) as at from followups_review where verdict = 'returned' group by 1, 2) r
 where r.hospital_id = o.hospital_id and r.order_id = o.id and o.state in ('in_progress', 'attempted', 'returned')
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0018_order_moments")]

    operations = [
        migrations.RunSQL("drop trigger if exists row_audit_update on followups_followuporder", migrations.RunSQL.noop),
        migrations.RunSQL(_HEARD, migrations.RunSQL.noop),
        migrations.RunSQL(_RETURNED, migrations.RunSQL.noop),
    ]
