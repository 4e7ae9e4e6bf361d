"""How often the work on a list broke off and nobody knows why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0020_asked_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="failures",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
