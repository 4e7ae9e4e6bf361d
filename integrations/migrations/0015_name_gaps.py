"""Stays that lack a name which a feed has not told yet."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0014_remarks_idx"),
        ("patients", "0050_abnormal_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="NameGap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(db_collation="C", max_length=220, verbose_name="reference")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("department", "department"),
                            ("ward", "ward"),
                            ("attending", "attending physician"),
                        ],
                        max_length=10,
                        verbose_name="part of the stay",
                    ),
                ),
                ("instead", models.CharField(blank=True, max_length=60, verbose_name="in its place")),
                (
                    "encounter",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="patients.encounter",
                        verbose_name="stay or visit",
                    ),
                ),
                (
                    "feed",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="integrations.feed",
                        verbose_name="feed",
                    ),
                ),
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
                "verbose_name": "name lacking in a stay",
                "verbose_name_plural": "names lacking in stays",
                "indexes": [models.Index(fields=["hospital", "feed", "reference"], name="namegap_reference_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "encounter", "part"), name="namegap_once_per_part")
                ],
            },
        ),
    ]
