"""A message that is not applied remembers by keyed hashes whom it names, so that erasing finds it."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0017_reasons_idx")]

    operations = [
        migrations.AddField(
            model_name="inboundrecord",
            name="named",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), editable=False, null=True, size=None
            ),
        )
    ]
