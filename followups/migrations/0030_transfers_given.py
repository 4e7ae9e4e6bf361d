"""What somebody gave away at one moment is found by it, to be taken back."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("followups", "0029_results_taken_back")]

    operations = [
        migrations.AlterField(
            model_name="ordertransfer",
            name="kind",
            field=models.CharField(
                choices=[
                    ("manual", "by hand"),
                    ("mapped", "physician recognised"),
                    ("leave", "handed over on leave"),
                    ("left", "assignee no longer works here"),
                    ("unable", "assignee no longer follows up people"),
                    ("evened", "evened out"),
                    ("attending", "attending physician corrected"),
                    ("station", "no longer with the station"),
                    ("stay", "stay corrected"),
                    ("undone", "handing out undone"),
                ],
                default="manual",
                max_length=9,
                verbose_name="kind",
            ),
        ),
        AddIndexConcurrently(
            model_name="ordertransfer",
            index=models.Index(
                fields=["hospital", "by", "at"],
                condition=models.Q(by__isnull=False),
                name="transfer_given_idx",
            ),
        ),
    ]
