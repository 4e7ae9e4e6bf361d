"""Which feed told a finding of a health check; of those on record it is not known, and lists replace them as before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0054_lists_by_sex_and_age"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkupfinding",
            name="source",
            field=models.CharField(blank=True, db_default="", default="", max_length=60, verbose_name="source"),
        ),
    ]
