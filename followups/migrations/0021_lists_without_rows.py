"""Review, ward, the steps behind a number of the hospital and what is not settled are answered by an index alone."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

_OPEN = ["planned", "dispatched", "in_progress", "attempted", "returned", "submitted", "suspended"]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0020_doubtful_results")]

    operations = [
        RemoveIndexConcurrently(model_name="followuporder", name="order_ward_idx"),
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                condition=Q(("state__in", _OPEN), ("ward__isnull", False)),
                fields=["hospital", "ward", "latest_on", "id"],
                include=("state", "earliest_on", "assignee"),
                name="order_ward_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                condition=Q(("state", "submitted")),
                fields=["hospital", "latest_on", "id"],
                include=(
                    *("is_doubtful", "has_finding", "has_dissatisfaction", "late_reason", "department"),
                    "submitted_by",
                ),
                name="order_review_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(fields=["hospital", "due_on", "id"], name="order_due_idx"),
        ),
        AddIndexConcurrently(
            model_name="dissatisfaction",
            index=models.Index(
                condition=Q(("state", "settled"), _negated=True),
                fields=["hospital", "department", "owner", "id"],
                name="dissatisfaction_unsettled_idx",
            ),
        ),
    ]
