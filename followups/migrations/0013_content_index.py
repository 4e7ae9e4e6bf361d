"""How content people were in a period, without reading a row."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("followups", "0012_lost_and_content"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                fields=["hospital", "completed_at"],
                include=["patient", "satisfaction", "state"],
                condition=models.Q(satisfaction__gt=0),
                name="order_content_idx",
            ),
        ),
    ]
