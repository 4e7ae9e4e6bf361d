"""The tables behind `messaging.models.inbound`."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_staff_places"),
        ("messaging", "0011_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboundMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("fingerprint", models.CharField(editable=False, max_length=64)),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("hard_bounce", "not deliverable for good"),
                            ("soft_bounce", "not deliverable for now"),
                            ("delayed", "delayed"),
                            ("complaint", "reported as unwanted"),
                            ("feedback", "report of a mail system"),
                            ("auto_reply", "automatic reply"),
                            ("challenge", "asks whether we are real"),
                            ("unsubscribe", "wants no more"),
                            ("ordinary", "ordinary mail"),
                            ("unreadable", "not readable"),
                        ],
                        max_length=12,
                        verbose_name="kind of mail",
                    ),
                ),
                ("status", models.CharField(blank=True, max_length=20, verbose_name="status code")),
                ("address", models.CharField(blank=True, max_length=254, verbose_name="address")),
                ("told", models.TextField(blank=True, editable=False)),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
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
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="messaging.message",
                        verbose_name="message",
                    ),
                ),
                (
                    "settled_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="settled by",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail received",
                "verbose_name_plural": "mails received",
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("channel", models.CharField(max_length=10, verbose_name="channel")),
                ("provider_id", models.CharField(max_length=100, verbose_name="number at the provider")),
                ("address", models.CharField(max_length=254, verbose_name="address")),
                ("text", models.TextField(editable=False)),
                ("heard_at", models.DateTimeField(verbose_name="received at")),
                (
                    "meaning",
                    models.CharField(
                        choices=[("stop", "wants no more"), ("unclear", "to be read by a person")],
                        max_length=10,
                        verbose_name="what it means",
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
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
                    "settled_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="settled by",
                    ),
                ),
            ],
            options={
                "verbose_name": "reply",
                "verbose_name_plural": "replies",
            },
        ),
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(fields=["hospital", "-id"], name="inboundmail_idx"),
        ),
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(fields=["hospital", "verdict", "-id"], name="inboundmail_verdict_idx"),
        ),
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(fields=["hospital", "address"], name="inboundmail_address_idx"),
        ),
        migrations.AddConstraint(
            model_name="inboundmail",
            constraint=models.UniqueConstraint(fields=("hospital", "fingerprint"), name="inboundmail_once"),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                condition=models.Q(("meaning", "unclear"), ("settled_at", None)),
                fields=["hospital", "-id"],
                name="reply_waiting_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(fields=["hospital", "address"], name="reply_address_idx"),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.UniqueConstraint(fields=("hospital", "channel", "provider_id"), name="reply_once"),
        ),
    ]
