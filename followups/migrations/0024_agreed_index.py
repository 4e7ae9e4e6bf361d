"""Working orders with an agreed time, by it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0023_levels_begin_anew")]

    operations = [
        AddIndexConcurrently(
            "followuporder",
            models.Index(
                fields=["hospital", "agreed_at", "id"],
                include=["state", "assignee", "assignee_role"],
                condition=models.Q(
                    (
                        "state__in",
                        ["planned", "dispatched", "in_progress", "attempted", "returned", "submitted", "suspended"],
                    ),
                    ("agreed_at__isnull", False),
                ),
                name="order_agreed_idx",
            ),
        ),
    ]
