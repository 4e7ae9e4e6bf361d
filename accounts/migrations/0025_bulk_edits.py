"""Edits of many records at once, with a row for each record."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0024_saved_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkEdit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("page", models.CharField(max_length=40, verbose_name="list")),
                ("query", models.CharField(blank=True, max_length=8000, verbose_name="filters and order")),
                ("act", models.CharField(max_length=40, verbose_name="act")),
                ("params", models.JSONField(default=dict, verbose_name="values")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being prepared"),
                            ("queued", "waiting"),
                            ("running", "being changed"),
                            ("done", "changed"),
                            ("undoing", "being undone"),
                            ("undone", "undone"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("role_code", models.CharField(max_length=40, verbose_name="role")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="undone at")),
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
                    "made_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "bulk edit",
                "verbose_name_plural": "bulk edits",
            },
        ),
        migrations.CreateModel(
            name="BulkEditRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="place in the list")),
                ("row_id", models.BigIntegerField(verbose_name="row")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("changed", "changed"),
                            ("skipped", "left as it was"),
                            ("restored", "put back"),
                            ("kept", "not put back"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=20, verbose_name="reason")),
                ("before", models.JSONField(null=True, verbose_name="before")),
                ("after", models.JSONField(null=True, verbose_name="after")),
                (
                    "edit",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="accounts.bulkedit",
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
                "verbose_name": "row of a bulk edit",
                "verbose_name_plural": "rows of bulk edits",
            },
        ),
        migrations.AddIndex(
            model_name="bulkedit",
            index=models.Index(fields=["hospital", "made_by", "-created_at"], name="bulkedit_own_idx"),
        ),
        migrations.AddIndex(
            model_name="bulkedit",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "running", "undoing"])),
                fields=["hospital", "id"],
                name="bulkedit_unfinished_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkedit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["done", "undoing", "undone"]), _negated=True),
                    ("finished_at__isnull", False),
                    _connector="OR",
                ),
                name="bulkedit_done_at_some_time",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkeditrow",
            index=models.Index(fields=["hospital", "edit", "state", "number"], name="bulkeditrow_state_idx"),
        ),
        migrations.AddConstraint(
            model_name="bulkeditrow",
            constraint=models.UniqueConstraint(fields=("hospital", "edit", "row_id"), name="bulkeditrow_once"),
        ),
        migrations.AddConstraint(
            model_name="bulkeditrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "skipped"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="bulkeditrow_skipped_for_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkeditrow",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="bulkeditrow_numbered"),
        ),
    ]
