"""An index of what people decided about each purpose."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0028_facts_index"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="consent",
            index=models.Index(
                fields=["hospital", "purpose", "patient", "at", "id"],
                include=["channel", "decision"],
                name="consent_answers_idx",
            ),
        ),
    ]
