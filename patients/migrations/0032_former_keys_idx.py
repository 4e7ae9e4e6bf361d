"""A message under a retired number of a visit finds the visit."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("patients", "0031_former_keys")]

    operations = [
        AddIndexConcurrently(
            model_name="encounter",
            index=GinIndex(
                condition=models.Q(("former_keys__isnull", False)),
                fields=["former_keys"],
                name="encounter_former_keys_idx",
            ),
        )
    ]
