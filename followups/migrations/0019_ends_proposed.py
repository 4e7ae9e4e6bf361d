"""The runs whose end is proposed are found by index, oldest first."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0012_station_areas"),
        ("followups", "0018_second_calls"),
        ("patients", "0008_indexes_for_removal"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="followuprun",
            index=models.Index(
                condition=models.Q(("end_proposed_at__isnull", False), models.Q(("state", "closed"), _negated=True)),
                fields=["hospital", "end_proposed_at", "id"],
                name="run_end_proposed_idx",
            ),
        ),
    ]
