"""Every privacy request has its number, once per hospital."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0034_request_numbers_filled")]

    operations = [
        migrations.AlterField(
            model_name="privacyrequest",
            name="serial",
            field=models.PositiveIntegerField(editable=False, verbose_name="number"),
        ),
        migrations.AddConstraint(
            model_name="privacyrequest",
            constraint=models.UniqueConstraint(fields=("hospital", "serial"), name="privacyrequest_number_once"),
        ),
    ]
