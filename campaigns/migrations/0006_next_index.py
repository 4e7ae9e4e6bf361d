"""The next greetings of a campaign, without those held out to compare with."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0005_effect")]

    operations = [
        RemoveIndexConcurrently(model_name="greeting", name="greeting_next_idx"),
        AddIndexConcurrently(
            model_name="greeting",
            index=models.Index(
                condition=models.Q(("is_held_out", False), ("queued_at__isnull", True)),
                fields=["hospital", "campaign", "id"],
                name="greeting_next_idx",
            ),
        ),
    ]
