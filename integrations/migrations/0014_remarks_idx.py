"""Messages with a remark are found without reading the others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("integrations", "0013_lent_names"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="inboundrecord",
            index=models.Index(
                condition=models.Q(("findings", []), _negated=True),
                fields=["hospital", "-id"],
                name="inboundrecord_remarks_idx",
            ),
        ),
    ]
