"""The tables behind `accounts.models.lists`."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_staff_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkEdit",
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
                ("role_code", models.CharField(max_length=40, verbose_name="role")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="undone at")),
            ],
            options={
                "verbose_name": "bulk edit",
                "verbose_name_plural": "bulk edits",
                "indexes": [
                    models.Index(fields=["hospital", "made_by", "-created_at"], name="bulkedit_own_idx"),
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running", "undoing"])),
                        fields=["hospital", "id"],
                        name="bulkedit_unfinished_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["done", "undoing", "undone"]), _negated=True),
                            ("finished_at__isnull", False),
                            _connector="OR",
                        ),
                        name="bulkedit_done_at_some_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
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
                ("name", models.CharField(max_length=40, verbose_name="name")),
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
                    "owner",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="owner",
                    ),
                ),
                (
                    "shared",
                    models.CharField(
                        choices=[("nobody", "only me"), ("role", "a role"), ("hospital", "the whole hospital")],
                        default="nobody",
                        max_length=8,
                        verbose_name="shared with",
                    ),
                ),
                (
                    "role",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.role",
                        verbose_name="role",
                    ),
                ),
                ("is_default", models.BooleanField(default=False, verbose_name="what the role opens first")),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "page", "owner", "name"), name="savedview_name_of_owner"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("hospital", "page", "role"),
                        name="savedview_one_default",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__isnull", False), ("shared", "role")),
                            models.Q(models.Q(("shared", "role"), _negated=True), ("role__isnull", True)),
                            _connector="OR",
                        ),
                        name="savedview_role_where_shared_with_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_default", False), ("shared", "role"), _connector="OR"),
                        name="savedview_default_of_a_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ColumnChoice",
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
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("page", models.CharField(max_length=40, verbose_name="list")),
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
            ],
            options={
                "verbose_name": "chosen columns",
                "verbose_name_plural": "chosen columns",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "staff", "page"), name="columnchoice_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkEditRow",
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
                    "edit",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="accounts.bulkedit",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "row of a bulk edit",
                "verbose_name_plural": "rows of bulk edits",
                "indexes": [models.Index(fields=["hospital", "edit", "state", "number"], name="bulkeditrow_state_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "edit", "row_id"), name="bulkeditrow_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "skipped"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="bulkeditrow_skipped_for_cause",
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="bulkeditrow_numbered"),
                ],
            },
        ),
    ]
