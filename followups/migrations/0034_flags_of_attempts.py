"""In which attempt a red flag was heard: of those on record the last one of each order, as the order says."""

from django.db import migrations, models

_HEARD = """
update followups_attempt a set has_finding = true
  from followups_followuporder o
 where o.has_finding and a.hospital_id = o.hospital_id and a.order_id = o.id and a.at = o.finding_at
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0033_wards_meant")]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="has_finding",
            field=models.BooleanField(db_default=False, default=False, verbose_name="with a finding"),
        ),
        migrations.RunSQL(_HEARD, migrations.RunSQL.noop),
    ]
