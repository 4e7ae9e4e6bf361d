"""The tables behind `accounts.models.exports`."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_incidents"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
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
                ("page", models.CharField(max_length=40, verbose_name="list")),
                ("query", models.CharField(blank=True, max_length=8000, verbose_name="filters and order")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="columns",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("xlsx", "Excel"), ("csv", "CSV text")],
                        default="xlsx",
                        max_length=4,
                        verbose_name="format",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("row_limit", models.PositiveIntegerField(verbose_name="rows at most")),
                ("is_whole", models.BooleanField(default=False, verbose_name="whole values")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waits for approval"),
                            ("refused", "refused"),
                            ("queued", "being made"),
                            ("ready", "ready"),
                            ("failed", "not made"),
                            ("gone", "expired"),
                        ],
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
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
                ("role_code", models.CharField(max_length=40, verbose_name="role")),
                ("language", models.CharField(blank=True, max_length=10)),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                (
                    "decided_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="decided by",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                ("decision_note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("error", models.CharField(blank=True, max_length=20, verbose_name="why it was not made")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("stored_as", models.CharField(blank=True, editable=False, max_length=64)),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="bytes")),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        editable=False,
                        size=None,
                        verbose_name="people",
                    ),
                ),
                ("made_at", models.DateTimeField(null=True, verbose_name="made at")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="link expires at")),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "indexes": [
                    models.Index(fields=["hospital", "asked_by", "-asked_at"], name="export_own_idx"),
                    models.Index(
                        condition=models.Q(("state", "asked")), fields=["hospital", "id"], name="export_asked_idx"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "ready"])),
                        fields=["hospital", "state", "expires_at"],
                        name="export_unfinished_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="export_for_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="export_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["asked", "refused"]),
                            models.Q(("is_whole", False), ("row_limit__lte", 500)),
                            ("decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="export_large_or_whole_is_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(("expires_at__isnull", False), models.Q(("stored_as", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="export_ready_has_a_file_that_expires",
                    ),
                ],
            },
        ),
    ]
