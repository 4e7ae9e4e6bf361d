"""What waits for approval or for its time goes by the version that its segment has at this moment."""

from django.db import migrations

_KEEP = """
update campaigns_campaign c set segment_version = s.version
  from patients_segment s
 where s.hospital_id = c.hospital_id and s.id = c.segment_id and c.segment_version is null
   and c.state in ('in_approval', 'scheduled')
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_next_index")]

    operations = [migrations.RunSQL(_KEEP, migrations.RunSQL.noop)]
