"""The tables Encounter of `patients.models.encounter`."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0004_duplicates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Encounter",
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
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="encounters",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("inpatient", "inpatient"),
                            ("outpatient", "outpatient"),
                            ("emergency", "emergency"),
                            ("checkup", "health check"),
                        ],
                        default="inpatient",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("visit_number", models.CharField(blank=True, max_length=40, verbose_name="visit number")),
                ("source_key", models.CharField(db_collation="C", max_length=120, verbose_name="key in the source")),
                ("admitted_on", models.DateField(verbose_name="admitted on")),
                ("discharged_on", models.DateField(blank=True, null=True, verbose_name="discharged on")),
                ("admitted_at", models.DateTimeField(blank=True, null=True, verbose_name="admitted at")),
                ("discharged_at", models.DateTimeField(blank=True, null=True, verbose_name="discharged at")),
                (
                    "department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "ward",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                ("bed", models.CharField(blank=True, db_default="", default="", max_length=20, verbose_name="bed")),
                (
                    "attending",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="attending physician",
                    ),
                ),
                ("attending_name", models.CharField(blank=True, max_length=60, verbose_name="attending as written")),
                (
                    "diagnosis_code",
                    models.CharField(blank=True, db_collation="C", max_length=20, verbose_name="diagnosis code"),
                ),
                ("diagnosis_text", models.CharField(blank=True, max_length=300, verbose_name="diagnosis")),
                ("discharge_instructions", models.TextField(blank=True, verbose_name="discharge instructions")),
                ("revisit_on", models.DateField(blank=True, null=True, verbose_name="revisit date")),
                (
                    "disposition",
                    models.CharField(
                        choices=[
                            ("home", "on medical advice"),
                            ("transfer", "transferred"),
                            ("against_advice", "against advice"),
                            ("died", "died"),
                            ("other", "other way of leaving"),
                            ("unknown", "way of leaving not known"),
                        ],
                        default="unknown",
                        max_length=14,
                        verbose_name="way of leaving",
                    ),
                ),
                (
                    "surgery_level",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="surgery level"),
                ),
                ("icu", models.BooleanField(blank=True, null=True, verbose_name="intensive care")),
                ("critical", models.BooleanField(blank=True, null=True, verbose_name="critical notice")),
                (
                    "fees",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="fees"),
                ),
                ("is_cancelled", models.BooleanField(default=False, verbose_name="cancelled")),
                ("source", models.CharField(default="his", max_length=20, verbose_name="source")),
                ("source_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="told at")),
                ("import_batch_id", models.BigIntegerField(blank=True, null=True, verbose_name="import")),
            ],
            options={
                "verbose_name": "stay or visit",
                "verbose_name_plural": "stays and visits",
                "indexes": [
                    models.Index(fields=["hospital", "patient", "-admitted_on"], name="encounter_patient_idx"),
                    models.Index(fields=["hospital", "discharged_on"], name="encounter_discharged_idx"),
                    models.Index(
                        condition=models.Q(("is_cancelled", False)),
                        fields=["hospital", "department", "patient"],
                        name="encounter_department_idx",
                    ),
                    models.Index(
                        condition=models.Q(("attending__isnull", False), ("is_cancelled", False)),
                        fields=["hospital", "attending", "patient"],
                        include=("discharged_on",),
                        name="encounter_attending_idx",
                    ),
                    models.Index(
                        condition=models.Q(("is_cancelled", False), ("ward__isnull", False)),
                        fields=["hospital", "ward", "patient"],
                        include=("discharged_on",),
                        name="encounter_ward_idx",
                    ),
                    models.Index(fields=["hospital", "source_at", "id"], name="encounter_told_idx"),
                    models.Index(
                        condition=models.Q(("is_cancelled", False)),
                        fields=["hospital", "admitted_on"],
                        include=("patient", "kind", "department", "fees"),
                        name="encounter_period_idx",
                    ),
                    models.Index(
                        condition=models.Q(("is_cancelled", False), models.Q(("diagnosis_code", ""), _negated=True)),
                        fields=["hospital", "diagnosis_code"],
                        include=("patient", "admitted_on"),
                        name="encounter_disease_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "source_key"), name="encounter_source_key_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("source_key", ""), _negated=True), name="encounter_has_a_source_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discharged_on__isnull", True),
                            ("discharged_on__gte", models.F("admitted_on")),
                            _connector="OR",
                        ),
                        name="encounter_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("surgery_level__isnull", True), ("surgery_level__lte", 4), _connector="OR"),
                        name="encounter_surgery_level_to_four",
                    ),
                ],
            },
        ),
    ]
