"""A campaign that is sent once may have a last moment, after which nothing of it leaves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_approved_version")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="ends_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="nothing leaves after"),
        ),
    ]
