"""The source of a stay holds the name of the feed that told it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0046_asked_index"),
    ]

    operations = [
        migrations.AlterField(
            model_name="encounter",
            name="source",
            field=models.CharField(default="his", max_length=60, verbose_name="source"),
        ),
    ]
