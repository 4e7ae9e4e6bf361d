"""What refers to a person is found by index: without it each person removed costs a reading of the whole table."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0012_station_areas"),
        ("patients", "0007_person_mergers"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("referrer__isnull", False)),
                fields=["hospital", "referrer"],
                name="patient_referrer_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="relation",
            index=models.Index(
                condition=models.Q(("related__isnull", False)),
                fields=["hospital", "related"],
                name="relation_related_idx",
            ),
        ),
    ]
