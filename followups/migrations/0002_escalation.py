"""The tables EscalationRule, TierTarget of `followups.models.protocols`."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("followups", "0001_protocols"),
    ]

    operations = [
        migrations.CreateModel(
            name="EscalationRule",
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
                        related_name="escalations",
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
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                ("after_hours", models.PositiveIntegerField(verbose_name="after hours")),
                (
                    "recipients",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("assignee", "assignee"),
                                ("head_nurse", "head nurse"),
                                ("department_head", "department head"),
                                ("medical_affairs", "medical affairs"),
                                ("centre_manager", "service centre manager"),
                            ],
                            max_length=16,
                        ),
                        default=list,
                        size=None,
                        verbose_name="who is told",
                    ),
                ),
                ("is_weekly_list", models.BooleanField(default=False, verbose_name="in the weekly list")),
            ],
            options={
                "verbose_name": "escalation rule",
                "verbose_name_plural": "escalation rules",
                "ordering": ["tier", "level"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "protocol", "tier", "level"), name="escalation_level_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TierTarget",
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
                        related_name="targets",
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
                ("attempted_percent", models.PositiveSmallIntegerField(verbose_name="attempted, per cent")),
                ("effective_percent", models.PositiveSmallIntegerField(verbose_name="effective, per cent")),
            ],
            options={
                "verbose_name": "target",
                "verbose_name_plural": "targets",
                "ordering": ["tier"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "protocol", "tier"), name="tier_target_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("attempted_percent__lte", 100), ("effective_percent__lte", 100)),
                        name="tier_target_percent",
                    ),
                ],
            },
        ),
    ]
