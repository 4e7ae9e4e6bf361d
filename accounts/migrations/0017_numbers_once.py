"""Every export and incident has its number, once per hospital."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_numbers_filled")]

    operations = [
        migrations.AlterField(
            model_name="export", name="serial", field=models.PositiveIntegerField(editable=False, verbose_name="number")
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(fields=("hospital", "serial"), name="export_number_once"),
        ),
        migrations.AlterField(
            model_name="incident",
            name="serial",
            field=models.PositiveIntegerField(editable=False, verbose_name="number"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(fields=("hospital", "serial"), name="incident_number_once"),
        ),
    ]
