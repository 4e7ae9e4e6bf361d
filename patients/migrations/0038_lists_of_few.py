"""The lapsed of one department, latest visit first; what somebody has done or given up, latest first."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0037_numbers_by_first_day"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(contact_state="open", death_in_doubt_since__isnull=True, visit_cycle="lapsed"),
                fields=["hospital", "last_department", "-sort_on", "-id"],
                name="lapsed_department_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="persontask",
            index=models.Index(
                condition=models.Q(state__in=["done", "dropped"]),
                fields=["hospital", "assignee", "due_on", "id"],
                name="persontask_ended_idx",
            ),
        ),
    ]
