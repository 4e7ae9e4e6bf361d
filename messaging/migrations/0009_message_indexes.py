"""Messages of a person, of a sending, by the provider's reference, and said with another."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

NO_ADDRESS = Q(("address_label", ""), ("address_source", ""), ("address_source_id__isnull", True))
TO_PERSON = Q(("person__isnull", False), ("staff__isnull", True)) & NO_ADDRESS


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("messaging", "0008_planned"),
    ]

    operations = [
        AddIndexConcurrently(
            "message",
            models.Index(condition=TO_PERSON, fields=["hospital", "person", "-id"], name="message_person_idx"),
        ),
        AddIndexConcurrently(
            "message",
            models.Index(
                condition=~Q(("batch", "")), fields=["hospital", "batch", "state", "id"], name="message_batch_idx"
            ),
        ),
        AddIndexConcurrently(
            "message",
            models.Index(
                condition=~Q(("provider_reference", "")),
                fields=["hospital", "provider_reference"],
                name="message_provider_idx",
            ),
        ),
        AddIndexConcurrently(
            "message",
            models.Index(
                condition=Q(("said_with__isnull", False)),
                fields=["hospital", "said_with"],
                name="message_said_with_idx",
            ),
        ),
    ]
