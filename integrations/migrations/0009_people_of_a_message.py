"""A message names everybody it is about, so that erasing one of several finds it."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0008_messages_full_idx")]

    operations = [
        migrations.AddField(
            model_name="inboundrecord",
            name="people",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), editable=False, null=True, size=None, verbose_name="people"
            ),
        )
    ]
