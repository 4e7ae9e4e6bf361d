"""The attempts over a number are found by index: without it each number removed costs a reading of all attempts."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0012_station_areas"),
        ("followups", "0016_attempts_follow"),
        ("patients", "0008_indexes_for_removal"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("contact_point__isnull", False)),
                fields=["hospital", "contact_point"],
                name="attempt_contact_point_idx",
            ),
        ),
    ]
