"""Each order and each filter of the list of people has an index that carries all the other filters."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0032_bin"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                fields=["hospital", "-sort_on", "-id"],
                include=(
                    "last_department",
                    "disease_group",
                    "region",
                    "care_tier",
                    "contact_state",
                    "category",
                    "kind",
                    "source",
                ),
                name="people_by_visit_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                fields=["hospital", "py_full", "id"],
                include=(
                    "last_department",
                    "disease_group",
                    "region",
                    "care_tier",
                    "contact_state",
                    "category",
                    "kind",
                    "source",
                    "sort_on",
                ),
                name="people_by_name_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                fields=["hospital", "-id"],
                include=(
                    "last_department",
                    "disease_group",
                    "region",
                    "care_tier",
                    "contact_state",
                    "category",
                    "kind",
                    "source",
                    "sort_on",
                ),
                name="people_by_record_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                fields=["hospital", "last_department", "-sort_on", "-id"],
                include=("disease_group", "region", "care_tier", "contact_state", "category", "kind", "source"),
                name="people_of_department_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                fields=["hospital", "disease_group", "-sort_on", "-id"],
                include=("last_department", "region", "care_tier", "contact_state", "category", "kind", "source"),
                name="people_of_disease_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                fields=["hospital", "region", "-sort_on", "-id"],
                include=(
                    "last_department",
                    "disease_group",
                    "care_tier",
                    "contact_state",
                    "category",
                    "kind",
                    "source",
                ),
                name="people_of_region_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                fields=["hospital", "care_tier", "-sort_on", "-id"],
                include=("last_department", "disease_group", "region", "contact_state", "category", "kind", "source"),
                name="people_of_tier_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("category", "general"), _negated=True),
                fields=["hospital", "category", "-sort_on", "-id"],
                include=("last_department", "disease_group", "region", "care_tier", "contact_state", "kind", "source"),
                name="people_of_category_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("kind", "patient"), _negated=True),
                fields=["hospital", "kind", "-sort_on", "-id"],
                include=(
                    "last_department",
                    "disease_group",
                    "region",
                    "care_tier",
                    "contact_state",
                    "category",
                    "source",
                ),
                name="people_of_kind_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("source", ""), _negated=True),
                fields=["hospital", "source", "-sort_on", "-id"],
                include=(
                    "last_department",
                    "disease_group",
                    "region",
                    "care_tier",
                    "contact_state",
                    "category",
                    "kind",
                ),
                name="people_of_source_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("contact_state", "open"), _negated=True),
                fields=["hospital", "contact_state", "-sort_on", "-id"],
                include=("last_department", "disease_group", "region", "care_tier", "category", "kind", "source"),
                name="people_ended_idx",
            ),
        ),
    ]
