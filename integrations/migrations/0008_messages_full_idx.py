"""What the nightly job looks for: settled messages whose content is still there, by their age."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("integrations", "0007_messages_emptied")]

    operations = [
        AddIndexConcurrently(
            model_name="inboundrecord",
            index=models.Index(
                condition=models.Q(("emptied_at__isnull", True), ("state__in", ["applied", "ignored"])),
                fields=["hospital", "received_at"],
                name="inboundrecord_full_idx",
            ),
        )
    ]
