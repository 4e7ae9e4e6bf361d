"""The tables Medication, Procedure, Diagnosis, CheckupFinding, EncounterFact of `patients.models.encounter`."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0005_encounter"),
    ]

    operations = [
        migrations.CreateModel(
            name="Medication",
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
                (
                    "encounter",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_lines",
                        to="patients.encounter",
                        verbose_name="stay",
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="rank")),
                ("text", models.CharField(max_length=200, verbose_name="medicine")),
                ("dosage", models.CharField(blank=True, max_length=200, verbose_name="dosage")),
                ("is_long_term", models.BooleanField(blank=True, null=True, verbose_name="long-term")),
            ],
            options={
                "verbose_name": "medicine",
                "verbose_name_plural": "medicines",
                "ordering": ["rank"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "encounter", "rank"), name="medication_rank_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="Procedure",
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
                (
                    "encounter",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_lines",
                        to="patients.encounter",
                        verbose_name="stay",
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="rank")),
                ("code", models.CharField(blank=True, max_length=20, verbose_name="code")),
                ("text", models.CharField(max_length=300, verbose_name="procedure")),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="level")),
                ("performed_on", models.DateField(blank=True, null=True, verbose_name="performed on")),
            ],
            options={
                "verbose_name": "procedure",
                "verbose_name_plural": "procedures",
                "ordering": ["rank"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "encounter", "rank"), name="procedure_rank_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="Diagnosis",
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
                (
                    "encounter",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_lines",
                        to="patients.encounter",
                        verbose_name="stay",
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="rank")),
                ("code", models.CharField(blank=True, db_collation="C", max_length=20, verbose_name="code")),
                ("text", models.CharField(max_length=300, verbose_name="diagnosis")),
            ],
            options={
                "verbose_name": "diagnosis",
                "verbose_name_plural": "diagnoses",
                "ordering": ["rank"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=["hospital", "code"],
                        include=("encounter",),
                        name="diagnosis_code_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "encounter", "rank"), name="diagnosis_rank_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckupFinding",
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
                (
                    "encounter",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_lines",
                        to="patients.encounter",
                        verbose_name="stay",
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="rank")),
                ("item", models.CharField(max_length=100, verbose_name="item")),
                ("value", models.CharField(blank=True, max_length=100, verbose_name="found value")),
                ("is_abnormal", models.BooleanField(default=False, verbose_name="abnormal")),
                ("advice", models.CharField(blank=True, max_length=300, verbose_name="advice")),
            ],
            options={
                "verbose_name": "check-up finding",
                "verbose_name_plural": "check-up findings",
                "ordering": ["rank"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "encounter", "rank"), name="checkupfinding_rank_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="EncounterFact",
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
                (
                    "encounter",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="facts",
                        to="patients.encounter",
                        verbose_name="stay",
                    ),
                ),
                ("key", models.CharField(max_length=30, verbose_name="fact")),
                ("value", models.BooleanField(verbose_name="holds")),
                ("source", models.CharField(default="staff", max_length=20, verbose_name="source")),
                (
                    "recorded_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="recorded at")),
            ],
            options={
                "verbose_name": "clinical fact",
                "verbose_name_plural": "clinical facts",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "encounter", "key"), name="encounterfact_unique")
                ],
            },
        ),
    ]
