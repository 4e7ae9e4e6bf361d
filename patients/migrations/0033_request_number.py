"""The number of a privacy request in the register of its hospital."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0032_former_keys_idx")]

    operations = [
        migrations.AddField(
            model_name="privacyrequest",
            name="serial",
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name="number"),
        )
    ]
