"""Results that were taken back by whoever sent them, and decisions on results that were undone, are reviews too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0028_told_of_a_run"),
    ]

    operations = [
        migrations.AlterField(
            model_name="review",
            name="kind",
            field=models.CharField(
                choices=[
                    ("centre", "service centre"),
                    ("sample", "monthly sample"),
                    ("supervision", "supervision"),
                    ("sender", "who sent it"),
                ],
                max_length=11,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="review",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("pending", "to be looked at"),
                    ("filed", "filed"),
                    ("returned", "returned"),
                    ("scored", "scored"),
                    ("recalled", "result taken back"),
                    ("undone", "decision undone"),
                ],
                max_length=8,
                verbose_name="verdict",
            ),
        ),
    ]
