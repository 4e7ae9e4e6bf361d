"""The tables behind `messaging.models.message`."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
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
                ("key", models.CharField(max_length=120, verbose_name="message key")),
                ("purpose", models.CharField(max_length=60, verbose_name="purpose")),
                (
                    "channel",
                    models.CharField(
                        choices=[("bell", "bell"), ("email", "e-mail")], max_length=10, verbose_name="channel"
                    ),
                ),
                (
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="accounts.staffmember",
                        verbose_name="recipient",
                    ),
                ),
                ("template", models.CharField(max_length=60, verbose_name="template")),
                ("context", models.JSONField(blank=True, default=dict, verbose_name="values of the text")),
                ("link", models.JSONField(blank=True, default=list, verbose_name="page to open")),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "at once"), (1, "normal"), (2, "when there is room")],
                        default=1,
                        verbose_name="urgency",
                    ),
                ),
                ("not_before", models.DateTimeField(verbose_name="not before")),
                ("not_after", models.DateTimeField(blank=True, null=True, verbose_name="not after")),
                ("created_at", models.DateTimeField(verbose_name="queued at")),
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
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("inactive", "no longer works here"),
                            ("no_address", "has no e-mail address"),
                            ("no_gateway", "no mail server is set up"),
                            ("in_digest", "told by the morning digest"),
                            ("no_text", "the text could not be made"),
                            ("too_late", "it was too late to send it"),
                            ("stored_only", "only stored: no mail server is set up"),
                            ("refused", "refused by the mail server"),
                            ("postponed", "postponed by the mail server"),
                            ("unreachable", "mail server not reached"),
                            ("no_answer", "no answer after the text was sent"),
                            ("interrupted", "interrupted while being sent"),
                            ("settled", "settled by a person"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=60, verbose_name="detail")),
                ("state_at", models.DateTimeField(verbose_name="in this state since")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("gateway", models.CharField(blank=True, max_length=20, verbose_name="gateway")),
                ("address", models.CharField(blank=True, max_length=254, verbose_name="address")),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                ("body", models.TextField(blank=True, verbose_name="message text")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read at")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "planned")),
                        fields=["hospital", "channel", "urgency", "not_before", "id"],
                        name="message_due_idx",
                    ),
                    models.Index(
                        condition=models.Q(("state", "claimed")),
                        fields=["hospital", "state_at"],
                        name="message_claimed_idx",
                    ),
                    models.Index(
                        condition=models.Q(("channel", "bell")),
                        fields=["hospital", "staff", "-id"],
                        name="message_bell_idx",
                    ),
                    models.Index(
                        condition=models.Q(("channel", "bell"), ("read_at", None), ("state", "delivered")),
                        fields=["hospital", "staff"],
                        name="message_unread_idx",
                    ),
                    models.Index(fields=["hospital", "state", "-id"], name="message_state_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "key"), name="message_key_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "claimed",
                                    "handed_over",
                                    "delivered",
                                    "failed",
                                    "unknown",
                                    "held",
                                    "expired",
                                ],
                            )
                        ),
                        name="message_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["bell", "email"])), name="message_channel_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageChange",
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
                    "message",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="messaging.message",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
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
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("inactive", "no longer works here"),
                            ("no_address", "has no e-mail address"),
                            ("no_gateway", "no mail server is set up"),
                            ("in_digest", "told by the morning digest"),
                            ("no_text", "the text could not be made"),
                            ("too_late", "it was too late to send it"),
                            ("stored_only", "only stored: no mail server is set up"),
                            ("refused", "refused by the mail server"),
                            ("postponed", "postponed by the mail server"),
                            ("unreachable", "mail server not reached"),
                            ("no_answer", "no answer after the text was sent"),
                            ("interrupted", "interrupted while being sent"),
                            ("settled", "settled by a person"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=60, verbose_name="detail")),
            ],
            options={
                "verbose_name": "change of a message",
                "verbose_name_plural": "changes of messages",
                "indexes": [models.Index(fields=["hospital", "message", "id"], name="messagechange_idx")],
            },
        ),
    ]
