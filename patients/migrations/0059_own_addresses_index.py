"""Whose an address is and how long it holds is read from the index, in place of the one that knows its state alone."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0058_encounter_outcome"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="contactpoint",
            index=models.Index(
                fields=["hospital", "system", "patient"],
                include=["number_state", "owner_relation", "owner", "valid_from", "valid_until"],
                condition=~models.Q(system="phone"),
                name="contactpoint_addresses_idx",
            ),
        ),
        RemoveIndexConcurrently(model_name="contactpoint", name="contactpoint_other_idx"),
    ]
