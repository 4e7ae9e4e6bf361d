"""The few runs that a later stay holds, by that stay."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0026_holds")]

    operations = [
        AddIndexConcurrently(
            model_name="followuprun",
            index=models.Index(
                fields=["hospital", "hold_stay"],
                condition=models.Q(hold_stay__isnull=False),
                name="run_hold_stay_idx",
            ),
        ),
    ]
