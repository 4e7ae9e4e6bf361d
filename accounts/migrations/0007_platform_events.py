"""What platform operators do is written down."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_works_elsewhere")]

    operations = [
        migrations.CreateModel(
            name="PlatformEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="at"
                    ),
                ),
                ("operator_id", models.BigIntegerField(null=True, verbose_name="platform operator")),
                ("request_id", models.CharField(blank=True, max_length=36, verbose_name="request")),
                ("verb", models.CharField(max_length=80, verbose_name="what")),
                ("object_type", models.CharField(max_length=60, verbose_name="kind of object")),
                ("object_id", models.CharField(max_length=40, verbose_name="object")),
                ("detail", models.JSONField(default=dict, verbose_name="details")),
            ],
            options={
                "verbose_name": "platform event",
                "verbose_name_plural": "platform events",
            },
        ),
        migrations.AddIndex(
            model_name="platformevent",
            index=models.Index(fields=["-at"], name="platformevent_at_idx"),
        ),
        migrations.AddIndex(
            model_name="platformevent",
            index=models.Index(fields=["object_type", "object_id"], name="platformevent_object_idx"),
        ),
    ]
