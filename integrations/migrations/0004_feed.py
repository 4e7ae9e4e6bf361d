"""The tables behind `integrations.models.feed`."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("integrations", "0003_conflict"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feed",
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
                    "kind",
                    models.CharField(
                        choices=[("hl7", "HL7 v2"), ("fhir", "FHIR R4"), ("list", "lists")],
                        max_length=4,
                        verbose_name="protocol of messages",
                    ),
                ),
                ("name", models.SlugField(max_length=40, verbose_name="short name")),
                ("title", models.CharField(max_length=60, verbose_name="name")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("number_domain", models.CharField(default="his", max_length=20, verbose_name="before its numbers")),
                ("settings", models.JSONField(blank=True, default=dict, verbose_name="how it is read")),
                (
                    "silence_minutes",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="alarm after so many silent minutes"
                    ),
                ),
                (
                    "silence_told_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="silence told at"),
                ),
                ("token_hash", models.CharField(blank=True, db_collation="C", editable=False, max_length=64)),
                (
                    "last_received_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last message"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "feed",
                "verbose_name_plural": "feeds",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "name"), name="feed_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["hl7", "fhir", "list"])), name="feed_kind_is_known"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("token_hash", ""), _negated=True),
                        fields=("token_hash",),
                        name="feed_token_names_one_feed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InboundRecord",
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
                    "feed",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="integrations.feed",
                        verbose_name="feed",
                    ),
                ),
                (
                    "external_id",
                    models.CharField(db_collation="C", max_length=100, verbose_name="number in the source"),
                ),
                ("event", models.CharField(max_length=30, verbose_name="event")),
                ("content_hash", models.CharField(db_collation="C", editable=False, max_length=64)),
                ("raw", models.BinaryField()),
                ("corrected", models.BinaryField(default=bytes)),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("applied", "applied"),
                            ("ignored", "not applied on purpose"),
                            ("set_aside", "set aside"),
                            ("waiting", "waiting for a decision"),
                            ("kept", "kept for later"),
                        ],
                        default="received",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="reason")),
                ("reason_detail", models.JSONField(default=dict, editable=False)),
                ("findings", models.JSONField(default=list, editable=False, verbose_name="remarks")),
                (
                    "conflict",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="records",
                        to="integrations.matchconflict",
                        verbose_name="ruling",
                    ),
                ),
                ("patient_id", models.BigIntegerField(editable=False, null=True, verbose_name="person")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("times_received", models.PositiveIntegerField(default=1, verbose_name="times received")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("applied_at", models.DateTimeField(null=True, verbose_name="applied at")),
                (
                    "settled_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="by",
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True, verbose_name="settled at")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "received")),
                        fields=["hospital", "id"],
                        name="inboundrecord_due_idx",
                    ),
                    models.Index(fields=["hospital", "state", "-id"], name="inboundrecord_state_idx"),
                    models.Index(fields=["hospital", "feed", "state", "-id"], name="inboundrecord_feed_idx"),
                    models.Index(
                        condition=models.Q(("conflict__isnull", False)),
                        fields=["hospital", "conflict"],
                        name="inboundrecord_conflict_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "feed", "external_id", "event", "content_hash"), name="inboundrecord_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "applied"), _negated=True),
                            ("applied_at__isnull", False),
                            _connector="OR",
                        ),
                        name="inboundrecord_applied_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["set_aside", "ignored"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inboundrecord_has_its_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["received", "applied", "ignored", "set_aside", "waiting", "kept"])
                        ),
                        name="inboundrecord_state_is_known",
                    ),
                ],
            },
        ),
    ]
