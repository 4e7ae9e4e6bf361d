"""The indexes of the pool and of the figures answer the lists of a department and the lists behind a number alone."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

_OPEN = ["planned", "dispatched", "in_progress", "attempted", "returned", "submitted", "suspended"]
_POOL = models.Q(("state__in", _OPEN), ("assignee__isnull", True))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0013_station_transfers")]

    operations = [
        RemoveIndexConcurrently(model_name="followuporder", name="order_pool_idx"),
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                condition=_POOL,
                fields=["hospital", "latest_on", "id"],
                include=(
                    *("earliest_on", "due_on", "state", "tier"),
                    *("assignee_role", "agreed_at", "assignee", "department"),
                ),
                name="order_pool_idx",
            ),
        ),
        RemoveIndexConcurrently(model_name="followuporder", name="order_figures_idx"),
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                fields=["hospital", "department", "due_on"],
                include=(
                    *("id", "state", "tier", "attending", "latest_on", "attempts_count"),
                    *("reached_at", "completed_at", "has_dissatisfaction"),
                ),
                name="order_figures_idx",
            ),
        ),
    ]
