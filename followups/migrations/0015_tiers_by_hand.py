"""What was set by hand stands beside what the rules say, with what they said when it was set."""

from django.db import migrations, models

TIERS = [("A", "A priority"), ("B", "B routine"), ("C", "C general")]


def _tier(verbose_name: str) -> models.CharField:
    return models.CharField(
        blank=True, choices=TIERS, db_default="", default="", max_length=1, verbose_name=verbose_name
    )


class Migration(migrations.Migration):
    dependencies = [("followups", "0014_flawed_index")]

    operations = [
        migrations.AddField("tierassignment", "ordered_tier", _tier("tier set by hand")),
        migrations.AddField("tierassignment", "weighed_tier", _tier("tier by rules when it was set by hand")),
    ]
