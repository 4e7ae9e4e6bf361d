"""Codes of divisions are compared by their beginning.

The trigger of the row differences depends on the column; it comes again at the end of `migrate`.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0036_region_reading"),
    ]

    operations = [
        migrations.RunSQL("drop trigger if exists row_audit_update on patients_patient", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="patient",
            name="division_code",
            field=models.CharField(blank=True, db_collation="C", max_length=12, verbose_name="administrative division"),
        ),
    ]
