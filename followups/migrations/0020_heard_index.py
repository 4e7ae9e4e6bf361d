"""Red flags by when they were heard, in place of by when a result was sent."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0019_order_moments_filled")]

    operations = [
        AddIndexConcurrently(
            "followuporder",
            models.Index(
                fields=["hospital", "finding_at", "id"],
                condition=models.Q(has_finding=True),
                name="order_heard_idx",
            ),
        ),
        RemoveIndexConcurrently("followuporder", "order_finding_idx"),
    ]
