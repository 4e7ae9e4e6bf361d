"""The tables behind `messaging.models.digest`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("messaging", "0001_message"),
    ]

    operations = [
        migrations.CreateModel(
            name="DigestDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("people", models.PositiveIntegerField(verbose_name="number of people")),
            ],
            options={
                "verbose_name": "morning digest",
                "verbose_name_plural": "morning digests",
                "constraints": [models.UniqueConstraint(fields=("hospital", "day"), name="digestday_unique")],
            },
        ),
    ]
