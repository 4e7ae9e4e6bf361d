"""The stays that somebody nursed."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0061_told_by_lists"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="encounter",
            index=models.Index(
                condition=models.Q(("nurse__isnull", False)), fields=["hospital", "nurse"], name="encounter_nurse_idx"
            ),
        ),
    ]
