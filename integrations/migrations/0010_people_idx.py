"""Erasing and the own copy look for the messages about a person."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("integrations", "0009_people_of_a_message")]

    operations = [
        AddIndexConcurrently(
            model_name="inboundrecord",
            index=models.Index(
                condition=models.Q(("patient_id__isnull", False)),
                fields=["hospital", "patient_id"],
                name="inboundrecord_person_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="inboundrecord",
            index=GinIndex(
                condition=models.Q(("people__isnull", False)), fields=["people"], name="inboundrecord_people_idx"
            ),
        ),
    ]
