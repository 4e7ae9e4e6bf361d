"""Lists of people by group and stage, in the order of every list."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0024_label_columns"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("orientation", ""), _negated=True),
                fields=["hospital", "orientation", "-sort_on", "-id"],
                include=("last_department", "disease_group", "region", "care_tier", "contact_state"),
                name="patient_orientation_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("life_cycle", ""), _negated=True),
                fields=["hospital", "life_cycle", "-sort_on", "-id"],
                include=("last_department", "disease_group", "region", "care_tier", "contact_state"),
                name="patient_life_cycle_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("visit_cycle", ""), _negated=True),
                fields=["hospital", "visit_cycle", "-sort_on", "-id"],
                include=("last_department", "disease_group", "region", "care_tier", "contact_state"),
                name="patient_visit_cycle_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(
                    ("contact_state", "open"), ("death_in_doubt_since__isnull", True), ("visit_cycle", "lapsed")
                ),
                fields=["hospital", "-sort_on", "-id"],
                name="patient_lapsed_idx",
            ),
        ),
    ]
