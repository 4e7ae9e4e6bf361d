"""Sent results that may want a second look, for the head's board, without reading all that a month had."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("followups", "0013_content_index"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="followuporder",
            index=models.Index(
                fields=["hospital", "department", "due_on"],
                condition=models.Q(
                    ("state__in", ["submitted", "filed"]),
                    models.Q(("is_doubtful", True), ("has_dissatisfaction", True), _connector="OR"),
                ),
                name="order_flawed_idx",
            ),
        ),
    ]
