"""A level of "late" is told once for each time an order is late; what moved orders has two words more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("followups", "0021_safety_calls")]

    operations = [
        migrations.AddField(
            "reminder", "since", models.DateTimeField(blank=True, null=True, verbose_name="late since")
        ),
        migrations.RemoveConstraint("reminder", "reminder_each_level_once"),
        migrations.AddConstraint(
            "reminder",
            models.UniqueConstraint(
                condition=models.Q(("kind", "escalation")),
                fields=("hospital", "order", "level", "since"),
                name="reminder_each_level_once",
            ),
        ),
        migrations.AlterField(
            "ordertransfer",
            "kind",
            models.CharField(
                choices=[
                    ("manual", "by hand"),
                    ("mapped", "physician recognised"),
                    ("leave", "handed over on leave"),
                    ("left", "assignee no longer works here"),
                    ("unable", "assignee no longer follows up people"),
                    ("evened", "evened out"),
                    ("attending", "attending physician corrected"),
                    ("station", "no longer with the station"),
                ],
                default="manual",
                max_length=9,
                verbose_name="kind",
            ),
        ),
    ]
