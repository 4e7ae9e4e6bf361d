"""How far the regions on record were read anew by a version of the rule."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0017_numbers_once"),
        ("patients", "0035_request_number_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegionReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("after_id", models.BigIntegerField(default=0, verbose_name="done up to")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="regions changed")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
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
            ],
            options={
                "verbose_name": "reading of regions",
                "verbose_name_plural": "readings of regions",
                "constraints": [models.UniqueConstraint(fields=("hospital", "version"), name="region_reading_once")],
            },
        ),
    ]
