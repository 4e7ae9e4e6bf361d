"""In which attempt a red flag was heard."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("followups", "0033_wards_meant")]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="has_finding",
            field=models.BooleanField(db_default=False, default=False, verbose_name="with a finding"),
        ),
    ]
