"""The orders that one run has told somebody of, by its moment."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0027_hold_stay_index")]

    operations = [
        AddIndexConcurrently(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("kind", "escalation")), fields=["hospital", "at"], name="reminder_run_idx"
            ),
        ),
    ]
