"""The tables behind `integrations.models.webhook`."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("integrations", "0001_batch"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
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
                ("name", models.CharField(max_length=60, verbose_name="name of the system")),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                ("secret", models.TextField(editable=False)),
                (
                    "facts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        default=list,
                        size=None,
                        verbose_name="what it is told",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("created_at", models.DateTimeField(verbose_name="entered at")),
                ("quiet_until", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "name"), name="webhook_name_once"),
                    models.CheckConstraint(condition=models.Q(("secret", ""), _negated=True), name="webhook_signs"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
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
                (
                    "endpoint",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="integrations.webhookendpoint",
                        verbose_name="webhook",
                    ),
                ),
                ("fact", models.CharField(max_length=60, verbose_name="what happened")),
                ("items", models.JSONField(default=list, verbose_name="what was told")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "to be sent"),
                            ("claimed", "being sent"),
                            ("delivered", "taken"),
                            ("failed", "given up"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("created_at", models.DateTimeField(verbose_name="happened at")),
                ("first_try_at", models.DateTimeField(null=True, verbose_name="first tried at")),
                ("not_before", models.DateTimeField(verbose_name="not before")),
                ("state_at", models.DateTimeField(verbose_name="in this state since")),
                ("status", models.PositiveSmallIntegerField(null=True, verbose_name="answer")),
                ("problem", models.CharField(blank=True, max_length=20, verbose_name="problem")),
            ],
            options={
                "verbose_name": "telling",
                "verbose_name_plural": "tellings",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "planned")),
                        fields=["hospital", "not_before", "id"],
                        name="delivery_due_idx",
                    ),
                    models.Index(
                        condition=models.Q(("state", "claimed")),
                        fields=["hospital", "state_at"],
                        name="delivery_claimed_idx",
                    ),
                    models.Index(fields=["hospital", "endpoint", "-id"], name="delivery_endpoint_idx"),
                    models.Index(fields=["hospital", "endpoint", "state", "-id"], name="delivery_state_idx"),
                    models.Index(
                        condition=models.Q(("state", "failed")),
                        fields=["hospital", "state", "-id"],
                        name="delivery_failed_idx",
                    ),
                    models.Index(fields=["hospital", "created_at"], name="delivery_age_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "claimed", "delivered", "failed"])),
                        name="delivery_state_is_known",
                    )
                ],
            },
        ),
    ]
