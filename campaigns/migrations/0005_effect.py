"""What came of a campaign is kept; of campaigns that stand a part of the people is held out too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_letter")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="came",
            field=models.JSONField(blank=True, default=dict, verbose_name="what came of it"),
        ),
        migrations.AddField(
            model_name="campaign",
            name="came_on",
            field=models.DateField(blank=True, null=True, verbose_name="worked out on"),
        ),
        migrations.AddField(
            model_name="greeting",
            name="is_held_out",
            field=models.BooleanField(db_default=False, default=False, verbose_name="held out, to compare with"),
        ),
    ]
