"""The table of which the rows have moved."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0039_renewals_moved"),
    ]

    operations = [migrations.DeleteModel(name="RegionReading")]
