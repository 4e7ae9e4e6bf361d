"""Whether the day of a decision is known, or only when it was told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0029_consent_answers_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="is_dated",
            field=models.BooleanField(db_default=True, default=True, verbose_name="its day is known"),
        ),
    ]
