"""How the illness stood at the end of a stay, as lists tell it; of stays on record it is not known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0057_record_keys_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="encounter",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("cured", "cured"),
                    ("improved", "improved"),
                    ("not_cured", "not cured"),
                ],
                db_default="",
                default="",
                max_length=10,
                verbose_name="outcome",
            ),
        ),
    ]
