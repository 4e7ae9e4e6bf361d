"""Messages that wait for somebody are found and counted by their reason."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("integrations", "0016_list_of_consents"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="inboundrecord",
            index=models.Index(
                condition=models.Q(("state__in", ["set_aside", "waiting"])),
                fields=["hospital", "feed", "state", "reason"],
                name="inboundrecord_reason_idx",
            ),
        ),
    ]
