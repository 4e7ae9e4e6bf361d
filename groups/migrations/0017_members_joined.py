"""The union of two units keeps what it wrote into memberships of both."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0016_unit_order_indexes_more"),
    ]

    operations = [
        migrations.AddField(
            model_name="unitmerger",
            name="joined",
            field=models.JSONField(default=list, verbose_name="memberships that were joined"),
        ),
    ]
