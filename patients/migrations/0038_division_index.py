"""People by the beginning of the code of their division, in the order of the list."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_INCLUDED = (
    *("last_department", "disease_group", "region", "care_tier", "contact_state"),
    *("category", "kind", "source"),
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0037_division_code"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                fields=["hospital", "division_code", "-sort_on", "-id"],
                include=_INCLUDED,
                condition=~models.Q(division_code=""),
                name="people_of_division_idx",
            ),
        ),
    ]
