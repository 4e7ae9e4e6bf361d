"""The tables behind `accounts.models.seals`."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
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
                ("chain", models.CharField(max_length=20, verbose_name="table")),
                ("from_xid", hospital_crm.tenancy.fields.TransactionIdField(verbose_name="from transaction")),
                ("upto_xid", hospital_crm.tenancy.fields.TransactionIdField(verbose_name="up to transaction")),
                ("floor_id", models.BigIntegerField(default=0, verbose_name="after row")),
                ("last_id", models.BigIntegerField(default=0, verbose_name="last row")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("previous", models.CharField(max_length=64, verbose_name="previous hash")),
                ("digest", models.CharField(max_length=64, verbose_name="hash")),
            ],
            options={
                "verbose_name": "audit seal",
                "verbose_name_plural": "audit seals",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "chain", "floor_id", "upto_xid"), name="auditseal_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditPurge",
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
                ("seal_id", models.BigIntegerField(verbose_name="seal")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("digest", models.CharField(max_length=64, verbose_name="hash")),
            ],
            options={
                "verbose_name": "purged batch",
                "verbose_name_plural": "purged batches",
                "constraints": [models.UniqueConstraint(fields=("hospital", "seal_id"), name="auditpurge_once")],
            },
        ),
        migrations.CreateModel(
            name="PlatformPurge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="at"
                    ),
                ),
                ("seal_id", models.BigIntegerField(verbose_name="seal")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("digest", models.CharField(max_length=64, verbose_name="hash")),
            ],
            options={
                "verbose_name": "purged batch outside hospitals",
                "verbose_name_plural": "purged batches outside hospitals",
                "constraints": [models.UniqueConstraint(fields=("seal_id",), name="platformpurge_once")],
            },
        ),
        migrations.CreateModel(
            name="PlatformSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="at"
                    ),
                ),
                ("chain", models.CharField(max_length=20, verbose_name="table")),
                ("from_xid", hospital_crm.tenancy.fields.TransactionIdField(verbose_name="from transaction")),
                ("upto_xid", hospital_crm.tenancy.fields.TransactionIdField(verbose_name="up to transaction")),
                ("floor_id", models.BigIntegerField(default=0, verbose_name="after row")),
                ("last_id", models.BigIntegerField(default=0, verbose_name="last row")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("previous", models.CharField(max_length=64, verbose_name="previous hash")),
                ("digest", models.CharField(max_length=64, verbose_name="hash")),
            ],
            options={
                "verbose_name": "seal outside hospitals",
                "verbose_name_plural": "seals outside hospitals",
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "floor_id", "upto_xid"), name="platformseal_unique")
                ],
            },
        ),
    ]
