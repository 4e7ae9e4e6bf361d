"""A privacy request says how who asked is related to the person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0026_erasing")]

    operations = [
        migrations.AddField(
            model_name="privacyrequest",
            name="asker_relation",
            field=models.CharField(blank=True, default="", max_length=20, verbose_name="how related to the person"),
            preserve_default=False,
        )
    ]
