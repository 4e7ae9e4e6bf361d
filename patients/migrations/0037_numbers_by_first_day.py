"""Telephone numbers whose first day has come are found by it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("patients", "0036_holds_by_hospital_day")]

    operations = [
        AddIndexConcurrently(
            model_name="contactpoint",
            index=models.Index(
                condition=models.Q(("valid_from__isnull", False)),
                fields=["hospital", "valid_from"],
                name="contactpoint_from_idx",
            ),
        ),
    ]
