"""Erasing looks for messages by the numbers they name; a renewal looks for those that were kept before."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("integrations", "0018_numbers_a_message_names")]

    operations = [
        AddIndexConcurrently(
            model_name="inboundrecord",
            index=GinIndex(
                condition=models.Q(("named__isnull", False)), fields=["named"], name="inboundrecord_named_idx"
            ),
        ),
        AddIndexConcurrently(
            model_name="inboundrecord",
            index=models.Index(
                condition=models.Q(
                    ("emptied_at__isnull", True),
                    ("named__isnull", True),
                    ("state__in", ["ignored", "set_aside", "waiting", "kept"]),
                ),
                fields=["hospital", "id"],
                name="inboundrecord_unnamed_idx",
            ),
        ),
    ]
