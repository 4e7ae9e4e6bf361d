"""The tables behind `integrations.models.batch`."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("groups", "0002_unit_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportBatch",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("discharges", "discharge list"),
                            ("staff", "staff sheet"),
                            ("roster", "roster of a unit"),
                            ("checkups", "health-check list"),
                            ("diagnoses", "table of diagnoses"),
                            ("departments", "table of departments"),
                            ("divisions", "table of divisions"),
                        ],
                        default="discharges",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "columns to check"),
                            ("checking", "dry run"),
                            ("ready", "ready to import"),
                            ("queued", "waiting"),
                            ("running", "being imported"),
                            ("done", "imported"),
                            ("failed", "broken off"),
                            ("paused", "paused"),
                            ("undoing", "being undone"),
                            ("undone", "undone"),
                            ("discarded", "discarded"),
                        ],
                        default="uploaded",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("file_name", models.CharField(max_length=150, verbose_name="file")),
                ("stored_as", models.CharField(blank=True, editable=False, max_length=64)),
                ("size", models.PositiveBigIntegerField(verbose_name="bytes")),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("format", models.CharField(max_length=8, verbose_name="format")),
                ("encoding", models.CharField(blank=True, max_length=12, verbose_name="encoding")),
                ("separator", models.CharField(blank=True, max_length=1, verbose_name="separator")),
                ("sheet", models.CharField(blank=True, max_length=60, verbose_name="sheet")),
                ("header_line", models.PositiveIntegerField(verbose_name="header row")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None, verbose_name="columns"
                    ),
                ),
                ("mapping", models.JSONField(default=dict, verbose_name="meaning of the columns")),
                ("doubtful", models.JSONField(default=dict, verbose_name="columns to be asked about")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="rows done")),
                ("counts", models.JSONField(default=dict, verbose_name="counts")),
                ("dry_counts", models.JSONField(default=dict, verbose_name="counts of the dry run")),
                ("undone", models.JSONField(default=dict, verbose_name="what was taken back")),
                ("error", models.JSONField(default=dict, verbose_name="why it broke off")),
                ("claim", models.UUIDField(editable=False, null=True)),
                ("claimed_until", models.DateTimeField(editable=False, null=True)),
                (
                    "group",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rosters",
                        to="groups.groupcustomer",
                        verbose_name="unit",
                    ),
                ),
                ("options", models.JSONField(default=dict, verbose_name="how it is brought in")),
                (
                    "made_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="by",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="uploaded at")),
                ("started_at", models.DateTimeField(null=True, verbose_name="started at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "indexes": [models.Index(fields=["hospital", "-created_at"], name="importbatch_newest_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("position__lte", models.F("rows"))), name="importbatch_position_in_rows"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportChunk",
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
                    "batch",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="integrations.importbatch",
                    ),
                ),
                ("last_row", models.PositiveIntegerField()),
                (
                    "people_made",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "people_met",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "stays_made",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("details", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "part of an import",
                "verbose_name_plural": "parts of imports",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "batch", "last_row"), name="importchunk_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportIssue",
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
                    "batch",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="issues",
                        to="integrations.importbatch",
                    ),
                ),
                ("is_dry", models.BooleanField(default=False, verbose_name="from the dry run")),
                ("row", models.PositiveIntegerField(verbose_name="data row")),
                ("line", models.PositiveIntegerField(verbose_name="row in the file")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rejected", "left out"), ("warning", "imported with a remark")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="finding")),
                ("field", models.CharField(blank=True, max_length=40, verbose_name="field")),
                ("params", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
                "indexes": [models.Index(fields=["hospital", "batch", "is_dry", "row"], name="importissue_row_idx")],
            },
        ),
    ]
