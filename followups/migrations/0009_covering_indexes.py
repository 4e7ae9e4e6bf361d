"""Indexes that hold all that figures and counts ask for, so that no row is read for them."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

OPEN = ["planned", "dispatched", "in_progress", "attempted", "returned", "submitted", "suspended"]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0006_works_elsewhere"),
        ("followups", "0008_lists_of_work"),
        ("patients", "0004_index_less_on_hospital"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                condition=models.Q(("state__in", OPEN)),
                fields=["hospital", "latest_on", "id"],
                include=("state", "earliest_on", "department", "assignee", "assignee_role", "is_duty_list"),
                name="order_waiting_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                condition=models.Q(("state__in", OPEN)),
                fields=["hospital", "tier", "latest_on", "id"],
                include=("state", "earliest_on", "department", "assignee", "assignee_role"),
                name="order_tier_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                fields=["hospital", "department", "due_on"],
                include=(
                    "state",
                    "tier",
                    "attending",
                    "latest_on",
                    "attempts_count",
                    "reached_at",
                    "completed_at",
                    "has_dissatisfaction",
                ),
                name="order_figures_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                condition=models.Q(("state__in", OPEN)),
                fields=["hospital", "department", "latest_on", "id"],
                include=("state", "attending"),
                name="order_by_department_idx",
            ),
        ),
        RemoveIndexConcurrently(model_name="followuporder", name="order_department_idx"),
        RemoveIndexConcurrently(model_name="followuporder", name="order_open_idx"),
        RemoveIndexConcurrently(model_name="followuporder", name="order_due_idx"),
    ]
