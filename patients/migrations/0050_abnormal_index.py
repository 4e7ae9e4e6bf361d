"""The abnormal findings of health checks, as segments ask for them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0049_erased_numbers"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="checkupfinding",
            index=models.Index(
                condition=models.Q(("is_abnormal", True)),
                fields=["hospital", "encounter"],
                include=("item",),
                name="checkupfinding_abnormal_idx",
            ),
        ),
    ]
