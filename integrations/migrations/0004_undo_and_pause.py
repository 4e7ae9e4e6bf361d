import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0003_import_chunk"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="undone",
            field=models.JSONField(default=dict, verbose_name="what was taken back"),
        ),
        migrations.AddField(
            model_name="importchunk",
            name="stays_made",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="importbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("uploaded", "columns to check"),
                    ("checking", "dry run"),
                    ("ready", "ready to import"),
                    ("queued", "waiting"),
                    ("running", "being imported"),
                    ("done", "imported"),
                    ("failed", "broken off"),
                    ("paused", "paused"),
                    ("undoing", "being undone"),
                    ("undone", "undone"),
                    ("discarded", "discarded"),
                ],
                default="uploaded",
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]
