"""The list by record carries the search keys, in place of the index without them."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0056_finding_source_filled"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                fields=["hospital", "-id"],
                include=[
                    *("last_department", "disease_group", "region", "care_tier", "contact_state"),
                    *("category", "kind", "source", "sex", "birth_date", "sort_on"),
                    *("name", "given_name", "py_full", "py_initials", "py_full_alt", "py_initials_alt"),
                ],
                name="people_by_record_keys_idx",
            ),
        ),
        RemoveIndexConcurrently(model_name="patient", name="people_by_record_idx"),
    ]
