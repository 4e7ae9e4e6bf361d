"""Every recorded row knows its transaction; seals name the transactions they cover."""

from django.db import migrations, models

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_crossings"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="auditseal",
            name="auditseal_unique",
        ),
        migrations.AddField(
            model_name="accesslog",
            name="xid",
            field=hospital_crm.tenancy.fields.TransactionIdField(
                db_default=hospital_crm.tenancy.fields.CurrentTransaction(), editable=False
            ),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="xid",
            field=hospital_crm.tenancy.fields.TransactionIdField(
                db_default=hospital_crm.tenancy.fields.CurrentTransaction(), editable=False
            ),
        ),
        migrations.AddField(
            model_name="auditseal",
            name="floor_id",
            field=models.BigIntegerField(default=0, verbose_name="after row"),
        ),
        migrations.AddField(
            model_name="auditseal",
            name="last_id",
            field=models.BigIntegerField(default=0, verbose_name="last row"),
        ),
        migrations.AddField(
            model_name="rowchange",
            name="xid",
            field=hospital_crm.tenancy.fields.TransactionIdField(
                db_default=hospital_crm.tenancy.fields.CurrentTransaction(), editable=False
            ),
        ),
        migrations.AlterField(
            model_name="auditseal",
            name="from_xid",
            field=hospital_crm.tenancy.fields.TransactionIdField(verbose_name="from transaction"),
        ),
        migrations.AlterField(
            model_name="auditseal",
            name="upto_xid",
            field=hospital_crm.tenancy.fields.TransactionIdField(verbose_name="up to transaction"),
        ),
        migrations.AddIndex(
            model_name="accesslog",
            index=models.Index(fields=["hospital", "xid", "id"], name="accesslog_xid_idx"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["hospital", "xid", "id"], name="auditevent_xid_idx"),
        ),
        migrations.AddIndex(
            model_name="rowchange",
            index=models.Index(fields=["hospital", "xid", "id"], name="rowchange_xid_idx"),
        ),
        migrations.AddConstraint(
            model_name="auditseal",
            constraint=models.UniqueConstraint(
                fields=("hospital", "chain", "floor_id", "upto_xid"), name="auditseal_unique"
            ),
        ),
    ]
