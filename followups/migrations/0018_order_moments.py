"""When a red flag was heard, whatever came of the call, and when a result was returned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("followups", "0017_tiers_by_hand_whole")]

    operations = [
        migrations.AddField(
            "followuporder",
            "finding_at",
            models.DateTimeField(blank=True, null=True, verbose_name="finding heard at"),
        ),
        migrations.AddField(
            "followuporder",
            "returned_at",
            models.DateTimeField(blank=True, null=True, verbose_name="returned at"),
        ),
    ]
