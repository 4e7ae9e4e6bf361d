"""Keyed hashes of the numbers of erased people."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_renewal"),
        ("patients", "0048_consent_note"),
    ]

    operations = [
        migrations.CreateModel(
            name="ErasedNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number_hash",
                    models.CharField(db_collation="C", editable=False, max_length=64, verbose_name="keyed hash"),
                ),
                ("erased_at", models.DateTimeField(editable=False, verbose_name="erased at")),
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
                "verbose_name": "number of an erased person",
                "verbose_name_plural": "numbers of erased people",
                "constraints": [models.UniqueConstraint(fields=("hospital", "number_hash"), name="erasednumber_once")],
            },
        ),
    ]
