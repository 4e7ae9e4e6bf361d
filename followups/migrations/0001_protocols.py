"""The tables Protocol, ProtocolStep, TierRule of `followups.models.protocols`."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_hospital"),
    ]

    operations = [
        migrations.CreateModel(
            name="Protocol",
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
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("name", models.JSONField(default=dict, verbose_name="name")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published"), ("retired", "retired")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("stay", "inpatient stay"),
                            ("checkup", "health check"),
                            ("contract", "contract contact"),
                            ("outpatient", "outpatient pick"),
                        ],
                        default="stay",
                        max_length=12,
                        verbose_name="opened by",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published at")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="retired at")),
            ],
            options={
                "verbose_name": "protocol",
                "verbose_name_plural": "protocols",
                "ordering": ["code", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "code", "version"), name="protocol_version_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("hospital", "code"),
                        name="protocol_one_published",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProtocolStep",
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
                    "protocol",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="followups.protocol",
                        verbose_name="protocol",
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("A", "A priority"), ("B", "B routine"), ("C", "C general")],
                        max_length=1,
                        verbose_name="tier",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="step")),
                ("title", models.JSONField(default=dict, verbose_name="heading")),
                ("earliest_days", models.PositiveSmallIntegerField(verbose_name="earliest, days")),
                ("due_days", models.PositiveSmallIntegerField(verbose_name="due, days")),
                ("latest_days", models.PositiveSmallIntegerField(verbose_name="latest, days")),
                (
                    "due_basis",
                    models.CharField(
                        choices=[("calendar", "calendar days"), ("working", "working days")],
                        default="calendar",
                        max_length=8,
                        verbose_name="due counted in",
                    ),
                ),
                (
                    "duty_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="due where no working day lies in the window, days"
                    ),
                ),
                (
                    "repeats_every",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="repeats every, days"),
                ),
                (
                    "repeat_until",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="repeats until, days"),
                ),
                (
                    "ends_after_clean",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="end proposed after occurrences without a finding"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("call", "call"), ("questionnaire", "questionnaire"), ("message", "message")],
                        default="call",
                        max_length=13,
                        verbose_name="kind",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "telephone"),
                            ("message", "message"),
                            ("visit", "home visit"),
                            ("letter", "letter"),
                        ],
                        default="phone",
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "always"),
                            ("after_negative", "only after a step with a finding"),
                            ("abnormal_checkup", "only for abnormal check-up items"),
                            ("checkup", "only for health checks"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="condition",
                    ),
                ),
                (
                    "anchor",
                    models.CharField(
                        choices=[
                            ("trigger", "the discharge or other trigger"),
                            ("completion", "the day the step looked at was done"),
                        ],
                        default="trigger",
                        max_length=10,
                        verbose_name="counted from",
                    ),
                ),
                (
                    "condition_step",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="step looked at"),
                ),
                ("least_attempts", models.PositiveSmallIntegerField(default=1, verbose_name="attempts at least")),
                (
                    "call_sample_percent",
                    models.PositiveSmallIntegerField(default=0, verbose_name="telephone sample, per cent"),
                ),
                ("asks_satisfaction", models.BooleanField(default=False, verbose_name="asks for satisfaction")),
                (
                    "ladder",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("attending", "attending physician"),
                                ("nurse", "responsible nurse"),
                                ("department_head", "department head"),
                                ("centre", "service centre"),
                            ],
                            max_length=16,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="who, in this order",
                    ),
                ),
            ],
            options={
                "verbose_name": "protocol step",
                "verbose_name_plural": "protocol steps",
                "ordering": ["tier", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "protocol", "tier", "number"), name="protocol_step_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("earliest_days__lte", models.F("latest_days"))), name="protocol_step_window"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_basis", "working"),
                            models.Q(
                                ("due_days__gte", models.F("earliest_days")), ("due_days__lte", models.F("latest_days"))
                            ),
                            _connector="OR",
                        ),
                        name="protocol_step_due_inside",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_basis", "calendar"),
                            models.Q(
                                ("duty_days__gte", models.F("earliest_days")),
                                ("duty_days__lte", models.F("latest_days")),
                            ),
                            _connector="OR",
                        ),
                        name="protocol_step_duty_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("repeat_until__isnull", True), ("repeats_every__isnull", False), _connector="OR"
                        ),
                        name="protocol_step_until_needs_repeat",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("repeats_every__isnull", True), ("repeats_every__gt", 0), _connector="OR"),
                        name="protocol_step_repeats",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TierRule",
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
                    "protocol",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="followups.protocol",
                        verbose_name="protocol",
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("A", "A priority"), ("B", "B routine"), ("C", "C general")],
                        max_length=1,
                        verbose_name="tier",
                    ),
                ),
                ("code", models.CharField(max_length=10, verbose_name="code")),
                ("rank", models.PositiveSmallIntegerField(default=0, verbose_name="rank")),
                ("condition", models.CharField(max_length=60, verbose_name="condition")),
                ("params", models.JSONField(blank=True, default=dict, verbose_name="parameters")),
                ("title", models.JSONField(default=dict, verbose_name="heading")),
            ],
            options={
                "verbose_name": "tier rule",
                "verbose_name_plural": "tier rules",
                "ordering": ["tier", "rank"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "protocol", "code"), name="tier_rule_code_unique")
                ],
            },
        ),
    ]
