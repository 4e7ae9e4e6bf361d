"""Codes of divisions are compared by their beginning."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0036_region_reading"),
    ]

    operations = [
        migrations.AlterField(
            model_name="patient",
            name="division_code",
            field=models.CharField(blank=True, db_collation="C", max_length=12, verbose_name="administrative division"),
        ),
    ]
