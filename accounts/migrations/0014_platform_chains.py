"""Failed sign-ins and acts of platform operators, which have no hospital, are sealed in chains of their own; tables for the
proof of what is purged.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


def _at():
    return models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="at")


def _id():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _purge_fields():
    return [
        ("id", _id()),
        ("at", _at()),
        ("seal_id", models.BigIntegerField(verbose_name="seal")),
        ("rows", models.PositiveIntegerField(verbose_name="rows")),
        ("digest", models.CharField(max_length=64, verbose_name="hash")),
    ]


def _hospital():
    return models.ForeignKey(
        db_index=False,
        default=hospital_crm.tenancy.scope.current_hospital,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.hospital",
    )


def _xid():
    return hospital_crm.tenancy.fields.TransactionIdField(
        db_default=hospital_crm.tenancy.fields.CurrentTransaction(), editable=False
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_role_link_words")]

    operations = [
        migrations.CreateModel(
            name="PlatformSeal",
            fields=[
                ("id", _id()),
                ("at", _at()),
                ("chain", models.CharField(max_length=20, verbose_name="table")),
                ("from_xid", hospital_crm.tenancy.fields.TransactionIdField(verbose_name="from transaction")),
                ("upto_xid", hospital_crm.tenancy.fields.TransactionIdField(verbose_name="up to transaction")),
                ("floor_id", models.BigIntegerField(default=0, verbose_name="after row")),
                ("last_id", models.BigIntegerField(default=0, verbose_name="last row")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("previous", models.CharField(max_length=64, verbose_name="previous hash")),
                ("digest", models.CharField(max_length=64, verbose_name="hash")),
            ],
            options={"verbose_name": "seal outside hospitals", "verbose_name_plural": "seals outside hospitals"},
        ),
        migrations.AddConstraint(
            model_name="platformseal",
            constraint=models.UniqueConstraint(fields=("chain", "floor_id", "upto_xid"), name="platformseal_unique"),
        ),
        migrations.CreateModel(
            name="AuditPurge",
            fields=[*_purge_fields(), ("hospital", _hospital())],
            options={"verbose_name": "purged batch", "verbose_name_plural": "purged batches"},
        ),
        migrations.AddConstraint(
            model_name="auditpurge",
            constraint=models.UniqueConstraint(fields=("hospital", "seal_id"), name="auditpurge_once"),
        ),
        migrations.CreateModel(
            name="PlatformPurge",
            fields=_purge_fields(),
            options={
                "verbose_name": "purged batch outside hospitals",
                "verbose_name_plural": "purged batches outside hospitals",
            },
        ),
        migrations.AddConstraint(
            model_name="platformpurge",
            constraint=models.UniqueConstraint(fields=("seal_id",), name="platformpurge_once"),
        ),
        migrations.AddField(model_name="loginfailure", name="xid", field=_xid()),
        migrations.AddField(model_name="platformevent", name="xid", field=_xid()),
    ]
