"""The tables behind `messaging.models.gateway` and `messaging.models.sender_check`."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_staff_places"),
        ("messaging", "0009_message_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="GatewayAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("channel", models.CharField(max_length=10, verbose_name="channel")),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("settings", models.JSONField(default=dict, verbose_name="settings")),
                ("credentials", models.TextField(editable=False)),
                ("receipt_secret", models.TextField(editable=False)),
                ("per_second", models.PositiveSmallIntegerField(default=0, verbose_name="at most so many in a second")),
                ("is_active", models.BooleanField(default=False, verbose_name="in use")),
                ("created_at", models.DateTimeField(verbose_name="entered at")),
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
                "verbose_name": "gateway account",
                "verbose_name_plural": "gateway accounts",
                "ordering": ["channel", "name"],
            },
        ),
        migrations.CreateModel(
            name="GatewayTrial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("address", models.CharField(max_length=254, verbose_name="address")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("claimed", "being sent"),
                            ("handed_over", "handed over"),
                            ("delivered", "delivered"),
                            ("failed", "not delivered"),
                            ("unknown", "outcome unknown"),
                            ("held", "held back"),
                            ("expired", "expired"),
                        ],
                        default="planned",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=20, verbose_name="reason")),
                ("detail", models.CharField(blank=True, max_length=60, verbose_name="detail")),
                ("state_at", models.DateTimeField(verbose_name="in this state since")),
                (
                    "account",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trials",
                        to="messaging.gatewayaccount",
                        verbose_name="gateway account",
                    ),
                ),
                (
                    "asked_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="asked by",
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
                "verbose_name": "test of a gateway",
                "verbose_name_plural": "tests of gateways",
            },
        ),
        migrations.CreateModel(
            name="SenderCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(max_length=253, verbose_name="domain of the sender")),
                ("host", models.CharField(max_length=253, verbose_name="server")),
                ("selector", models.CharField(blank=True, max_length=60, verbose_name="DKIM selector of the relay")),
                ("return_domain", models.CharField(blank=True, max_length=253, verbose_name="domain for bounces")),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="checked at")),
                ("findings", models.JSONField(default=list, verbose_name="what was found")),
                (
                    "asked_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="asked by",
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
                "verbose_name": "check of a sender",
                "verbose_name_plural": "checks of senders",
            },
        ),
        migrations.AddConstraint(
            model_name="gatewayaccount",
            constraint=models.UniqueConstraint(fields=("hospital", "name"), name="gateway_name_once"),
        ),
        migrations.AddConstraint(
            model_name="gatewayaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)), fields=("hospital", "channel"), name="gateway_one_in_use"
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewayaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("credentials", ""), _negated=True), models.Q(("receipt_secret", ""), _negated=True)
                ),
                name="gateway_is_sealed",
            ),
        ),
        migrations.AddIndex(
            model_name="gatewaytrial",
            index=models.Index(fields=["hospital", "account", "-id"], name="trial_account_idx"),
        ),
        migrations.AddConstraint(
            model_name="gatewaytrial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["planned", "claimed", "handed_over", "delivered", "failed", "unknown", "held", "expired"],
                    )
                ),
                name="trial_state_known",
            ),
        ),
        migrations.AddIndex(
            model_name="sendercheck",
            index=models.Index(fields=["hospital", "-id"], name="sendercheck_idx"),
        ),
    ]
