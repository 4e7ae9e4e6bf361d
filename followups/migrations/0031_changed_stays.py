"""Stays that planning has to look at once more."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("followups", "0030_transfers_given"),
        ("patients", "0060_left_to_community"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedStay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
                (
                    "encounter",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="patients.encounter",
                    ),
                ),
            ],
            options={
                "verbose_name": "changed stay",
                "verbose_name_plural": "changed stays",
                "indexes": [models.Index(fields=["hospital", "encounter"], name="changed_stay_idx")],
            },
        ),
    ]
