"""The tables behind `patients.models.identifier`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("patients", "0011_holds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Identifier",
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
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identifiers",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "system",
                    models.CharField(
                        choices=[
                            ("mrn", "record number"),
                            ("inpatient", "inpatient number"),
                            ("outpatient", "outpatient number"),
                            ("card", "hospital card"),
                            ("national_id", "identity number"),
                            ("passport", "passport"),
                            ("insurance", "insurance number"),
                            ("other", "other number"),
                        ],
                        max_length=12,
                        verbose_name="kind of number",
                    ),
                ),
                ("value", models.CharField(blank=True, db_collation="C", max_length=40, verbose_name="number")),
                (
                    "value_hash",
                    models.CharField(
                        blank=True, db_collation="C", editable=False, max_length=64, verbose_name="keyed hash"
                    ),
                ),
                (
                    "tail_hash",
                    models.CharField(
                        blank=True,
                        db_collation="C",
                        editable=False,
                        max_length=64,
                        verbose_name="keyed hash of the last six",
                    ),
                ),
                ("value_encrypted", models.TextField(blank=True, editable=False, verbose_name="encrypted number")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
            ],
            options={
                "verbose_name": "identifier",
                "verbose_name_plural": "identifiers",
                "indexes": [
                    models.Index(fields=["hospital", "patient"], name="identifier_patient_idx"),
                    models.Index(
                        condition=models.Q(("tail_hash", ""), _negated=True),
                        fields=["hospital", "tail_hash"],
                        name="identifier_tail_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("value", ""), _negated=True),
                        fields=("hospital", "system", "value"),
                        name="identifier_value_unique",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("value_hash", ""), _negated=True),
                        fields=("hospital", "value_hash"),
                        name="identifier_hash_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("system__in", ["national_id", "passport"]),
                                ("value", ""),
                                models.Q(("value_hash", ""), _negated=True),
                                models.Q(("value_encrypted", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("system__in", ["national_id", "passport"]), _negated=True),
                                models.Q(("value", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="identifier_secret_numbers_are_encrypted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="identifier_ends_after_start",
                    ),
                ],
            },
        ),
    ]
