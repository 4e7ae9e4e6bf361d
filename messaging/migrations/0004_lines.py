"""A message about several things leads to a page for each of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0003_waiting"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="lines",
            field=models.JSONField(blank=True, default=list, verbose_name="lines with their pages"),
        ),
    ]
