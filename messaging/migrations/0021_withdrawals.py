"""Who wanted no more by which message."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_staff_places"),
        ("messaging", "0020_mailbox_watch"),
    ]

    operations = [
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("batch", models.CharField(max_length=60, verbose_name="sending it belongs to")),
                (
                    "way",
                    models.CharField(
                        choices=[("link", "by the link in the message"), ("reply", "by answering it")],
                        max_length=5,
                        verbose_name="how it was said",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
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
                    "message",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="messaging.message",
                        verbose_name="message",
                    ),
                ),
            ],
            options={
                "verbose_name": "withdrawal by a message",
                "verbose_name_plural": "withdrawals by messages",
                "indexes": [models.Index(fields=["hospital", "batch", "-id"], name="withdrawal_batch_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "message"), name="withdrawal_message_once")
                ],
            },
        ),
    ]
