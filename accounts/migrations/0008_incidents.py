"""The tables behind `accounts.models.incidents`."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
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
                ("source", models.CharField(max_length=20, verbose_name="what is asked about")),
                ("ref_id", models.BigIntegerField(null=True, verbose_name="number")),
                ("ref_name", models.CharField(blank=True, max_length=150, verbose_name="who or which")),
                ("since_at", models.DateTimeField(verbose_name="from")),
                ("until_at", models.DateTimeField(verbose_name="until")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "asked_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="asked by",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "being worked out"), ("ready", "worked out")],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("people", models.PositiveIntegerField(default=0, verbose_name="people")),
                ("made_at", models.DateTimeField(null=True, verbose_name="worked out at")),
            ],
            options={
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "indexes": [
                    models.Index(fields=["hospital", "-id"], name="incident_newest_idx"),
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["hospital", "id"], name="incident_waiting_idx"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="incident_for_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_at__gt", models.F("since_at"))), name="incident_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("made_at__isnull", True), ("state", "waiting")),
                            models.Q(("made_at__isnull", False), ("state", "ready")),
                            _connector="OR",
                        ),
                        name="incident_worked_out_at_some_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentPerson",
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
                    "incident",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="found",
                        to="accounts.incident",
                    ),
                ),
                ("patient_id", models.BigIntegerField(verbose_name="person")),
                ("opened", models.PositiveIntegerField(verbose_name="opened")),
                ("taken_out", models.PositiveIntegerField(verbose_name="taken out")),
                ("changed", models.PositiveIntegerField(verbose_name="changed")),
                ("first_at", models.DateTimeField(verbose_name="first time")),
                ("last_at", models.DateTimeField(verbose_name="last time")),
                ("log_id", models.BigIntegerField(null=True, verbose_name="row of the access log")),
                ("event_id", models.BigIntegerField(null=True, verbose_name="row of the audit trail")),
            ],
            options={
                "verbose_name": "person an incident concerns",
                "verbose_name_plural": "people incidents concern",
                "indexes": [
                    models.Index(fields=["hospital", "incident", "-last_at", "-id"], name="incidentperson_last_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "incident", "patient_id"), name="incidentperson_once")
                ],
            },
        ),
    ]
