"""The tables behind `accounts.models.audit`."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_seals"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
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
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="at"
                    ),
                ),
                ("user_id", models.BigIntegerField(editable=False, null=True, verbose_name="account")),
                ("staff_id", models.BigIntegerField(editable=False, null=True, verbose_name="member of staff")),
                ("request_id", models.CharField(blank=True, editable=False, max_length=36, verbose_name="request")),
                (
                    "xid",
                    hospital_crm.tenancy.fields.TransactionIdField(
                        db_default=hospital_crm.tenancy.fields.CurrentTransaction(), editable=False
                    ),
                ),
                ("actor_name", models.CharField(blank=True, max_length=80, verbose_name="who")),
                ("role_code", models.CharField(blank=True, max_length=40, verbose_name="role")),
                ("verb", models.CharField(max_length=80, verbose_name="what")),
                ("object_type", models.CharField(blank=True, max_length=60, verbose_name="kind of object")),
                ("object_id", models.CharField(blank=True, max_length=40, verbose_name="object")),
                ("before", models.JSONField(null=True, verbose_name="before")),
                ("after", models.JSONField(null=True, verbose_name="after")),
                ("detail", models.JSONField(default=dict, verbose_name="details")),
            ],
            options={
                "verbose_name": "audit event",
                "verbose_name_plural": "audit events",
                "indexes": [
                    models.Index(fields=["hospital", "-at", "-id"], name="auditevent_at_idx"),
                    models.Index(fields=["hospital", "object_type", "object_id"], name="auditevent_object_idx"),
                    models.Index(fields=["hospital", "xid", "id"], name="auditevent_xid_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessLog",
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
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="at"
                    ),
                ),
                ("user_id", models.BigIntegerField(editable=False, null=True, verbose_name="account")),
                ("staff_id", models.BigIntegerField(editable=False, null=True, verbose_name="member of staff")),
                ("request_id", models.CharField(blank=True, editable=False, max_length=36, verbose_name="request")),
                (
                    "xid",
                    hospital_crm.tenancy.fields.TransactionIdField(
                        db_default=hospital_crm.tenancy.fields.CurrentTransaction(), editable=False
                    ),
                ),
                ("role_code", models.CharField(blank=True, max_length=40, verbose_name="role")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("view", "viewed"),
                            ("list", "listed"),
                            ("search", "searched"),
                            ("export", "exported"),
                            ("print", "printed"),
                            ("unmask", "unmasked"),
                            ("dial", "numbers shown"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("patient_id", models.BigIntegerField(null=True, verbose_name="person")),
                ("patient_ids", models.JSONField(null=True, verbose_name="people")),
                ("field", models.CharField(blank=True, max_length=40, verbose_name="field")),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="purpose")),
                ("page", models.CharField(blank=True, max_length=80, verbose_name="page")),
            ],
            options={
                "verbose_name": "access log entry",
                "verbose_name_plural": "access log",
                "indexes": [
                    models.Index(fields=["hospital", "patient_id", "-at"], name="accesslog_patient_idx"),
                    models.Index(fields=["hospital", "-at", "-id"], name="accesslog_at_idx"),
                    models.Index(fields=["hospital", "xid", "id"], name="accesslog_xid_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoginFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                ("username", models.CharField(max_length=60, verbose_name="user name")),
                ("ip_address", models.GenericIPAddressField(null=True, verbose_name="address")),
                ("reason", models.CharField(max_length=20, verbose_name="reason")),
                (
                    "xid",
                    hospital_crm.tenancy.fields.TransactionIdField(
                        db_default=hospital_crm.tenancy.fields.CurrentTransaction(), editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "failed sign-in",
                "verbose_name_plural": "failed sign-ins",
                "indexes": [
                    models.Index(fields=["-at"], name="loginfailure_at_idx"),
                    models.Index(fields=["xid", "id"], name="loginfailure_xid_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlatformEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="at"
                    ),
                ),
                ("operator_id", models.BigIntegerField(null=True, verbose_name="platform operator")),
                ("request_id", models.CharField(blank=True, max_length=36, verbose_name="request")),
                ("verb", models.CharField(max_length=80, verbose_name="what")),
                ("object_type", models.CharField(max_length=60, verbose_name="kind of object")),
                ("object_id", models.CharField(max_length=40, verbose_name="object")),
                ("detail", models.JSONField(default=dict, verbose_name="details")),
                (
                    "xid",
                    hospital_crm.tenancy.fields.TransactionIdField(
                        db_default=hospital_crm.tenancy.fields.CurrentTransaction(), editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "platform event",
                "verbose_name_plural": "platform events",
                "indexes": [
                    models.Index(fields=["-at"], name="platformevent_at_idx"),
                    models.Index(fields=["xid", "id"], name="platformevent_xid_idx"),
                    models.Index(fields=["object_type", "object_id"], name="platformevent_object_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RowChange",
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
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="at"
                    ),
                ),
                ("user_id", models.BigIntegerField(editable=False, null=True, verbose_name="account")),
                ("staff_id", models.BigIntegerField(editable=False, null=True, verbose_name="member of staff")),
                ("request_id", models.CharField(blank=True, editable=False, max_length=36, verbose_name="request")),
                (
                    "xid",
                    hospital_crm.tenancy.fields.TransactionIdField(
                        db_default=hospital_crm.tenancy.fields.CurrentTransaction(), editable=False
                    ),
                ),
                ("table_name", models.CharField(max_length=60, verbose_name="table")),
                ("row_id", models.BigIntegerField(verbose_name="row")),
                ("operation", models.CharField(max_length=6, verbose_name="operation")),
                ("changes", models.JSONField(verbose_name="changes")),
            ],
            options={
                "verbose_name": "row change",
                "verbose_name_plural": "row changes",
                "indexes": [
                    models.Index(fields=["hospital", "table_name", "row_id"], name="rowchange_row_idx"),
                    models.Index(fields=["hospital", "xid", "id"], name="rowchange_xid_idx"),
                ],
            },
        ),
    ]
