"""The tables behind `followups.models.dissatisfactions`."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("followups", "0004_orders"),
        ("patients", "0001_patient"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dissatisfaction",
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
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "order",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dissatisfactions",
                        to="followups.followuporder",
                    ),
                ),
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dissatisfactions",
                        to="patients.patient",
                    ),
                ),
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
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting time"),
                            ("attitude", "manner of staff"),
                            ("treatment", "treatment and result"),
                            ("nursing", "nursing"),
                            ("cost", "cost"),
                            ("explanation", "explanation and information"),
                            ("surroundings", "surroundings and meals"),
                            ("process", "process"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="cause",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="what was said")),
                ("handling", models.TextField(blank=True, verbose_name="handling")),
                (
                    "owner",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="owner",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("handling", "in handling"), ("settled", "settled")],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "heard_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="heard by",
                    ),
                ),
                ("heard_at", models.DateTimeField(verbose_name="heard at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
            ],
            options={
                "verbose_name": "dissatisfaction",
                "verbose_name_plural": "dissatisfactions",
                "ordering": ["-heard_at", "-pk"],
                "indexes": [
                    models.Index(fields=["hospital", "patient", "heard_at"], name="dissatisfaction_patient_idx"),
                    models.Index(fields=["hospital", "state", "heard_at"], name="dissatisfaction_state_idx"),
                    models.Index(fields=["hospital", "order"], name="dissatisfaction_order_idx"),
                    models.Index(
                        condition=models.Q(("state", "settled"), _negated=True),
                        fields=["hospital", "department", "owner", "id"],
                        name="dissatisfaction_unsettled_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "settled"), _negated=True),
                            models.Q(("handling", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dissatisfaction_settled_has_handling",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DissatisfactionEntry",
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
                    "dissatisfaction",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="followups.dissatisfaction",
                        verbose_name="dissatisfaction",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("heard", "heard"),
                            ("handled", "worked on"),
                            ("settled", "settled"),
                            ("stands", "asked: still stands"),
                            ("content", "asked: content now"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="by whom",
                    ),
                ),
                (
                    "owner",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="owner",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="handling")),
            ],
            options={
                "verbose_name": "step of a dissatisfaction",
                "verbose_name_plural": "steps of dissatisfactions",
                "ordering": ["at", "pk"],
                "indexes": [
                    models.Index(fields=["hospital", "dissatisfaction", "at"], name="dissatisfaction_entry_idx")
                ],
            },
        ),
    ]
