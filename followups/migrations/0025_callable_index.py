"""How many orders may be called now, by their first day."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0024_agreed_index")]

    operations = [
        AddIndexConcurrently(
            "followuporder",
            models.Index(
                fields=["hospital", "earliest_on"],
                include=["latest_on", "state"],
                condition=models.Q(
                    (
                        "state__in",
                        ["planned", "dispatched", "in_progress", "attempted", "returned", "submitted", "suspended"],
                    ),
                ),
                name="order_callable_idx",
            ),
        ),
    ]
