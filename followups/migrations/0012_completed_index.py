"""An index of what was completed in a month: the board counts it, and the sample is drawn from it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0011_calls_in_hand")]

    operations = [
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                condition=models.Q(("completed_at__isnull", False)),
                fields=["hospital", "department", "completed_at"],
                include=("state",),
                name="order_completed_idx",
            ),
        ),
    ]
