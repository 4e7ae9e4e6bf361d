"""Stays by the moment at which they were last told, for systems that ask what is new."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("patients", "0038_lists_of_few")]

    operations = [
        AddIndexConcurrently(
            "encounter", models.Index(fields=["hospital", "source_at", "id"], name="encounter_told_idx")
        )
    ]
