"""Fewer entries for each message: its member of staff is looked up where there is one, its changes by one index alone."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("messaging", "0014_reading_rules_pace"),
    ]

    operations = [
        AddIndexConcurrently(
            "message",
            models.Index(
                condition=Q(("staff__isnull", False)), fields=["hospital", "staff", "id"], name="message_staff_idx"
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="staff",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="accounts.staffmember",
                verbose_name="member of staff",
            ),
        ),
        migrations.AlterField(
            model_name="messagechange",
            name="message",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="messaging.message",
            ),
        ),
    ]
