"""A visit remembers the numbers that are in use no more."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0030_consent_is_dated")]

    operations = [
        migrations.AddField(
            model_name="encounter",
            name="former_keys",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=120),
                blank=True,
                editable=False,
                null=True,
                size=None,
                verbose_name="former keys",
            ),
        )
    ]
