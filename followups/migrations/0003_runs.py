"""The tables behind `followups.models.runs`."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("followups", "0002_escalation"),
        ("patients", "0001_patient"),
        ("patients", "0006_encounter_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUpRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followup_runs",
                        to="patients.patient",
                    ),
                ),
                (
                    "protocol",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="followups.protocol",
                    ),
                ),
                ("protocol_code", models.CharField(editable=False, max_length=40)),
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
                (
                    "encounter",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followup_runs",
                        to="patients.encounter",
                    ),
                ),
                ("anchor_on", models.DateField(verbose_name="counted from")),
                (
                    "tier",
                    models.CharField(
                        choices=[("A", "A priority"), ("B", "B routine"), ("C", "C general")],
                        max_length=1,
                        verbose_name="tier",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("suspended", "on hold"), ("closed", "closed")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "closed_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("finished", "all steps done"),
                            ("superseded", "a later discharge opened another run"),
                            ("cancelled", "discharge cancelled"),
                            ("died", "has died"),
                            ("transferred", "transferred"),
                            ("refused", "refused for good"),
                            ("before_start", "over before planning began"),
                            ("agreed", "end agreed by the physician"),
                            ("merged", "two records of one person joined"),
                        ],
                        max_length=12,
                        verbose_name="why closed",
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="opened at"
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("end_proposed_at", models.DateTimeField(blank=True, null=True, verbose_name="end proposed at")),
            ],
            options={
                "verbose_name": "run",
                "verbose_name_plural": "runs",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("end_proposed_at__isnull", False), models.Q(("state", "closed"), _negated=True)
                        ),
                        fields=["hospital", "end_proposed_at", "id"],
                        name="run_end_proposed_idx",
                    ),
                    models.Index(fields=["hospital", "patient"], name="run_patient_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=("hospital", "patient", "protocol_code"),
                        name="run_one_open_per_person",
                    ),
                    models.UniqueConstraint(
                        fields=("hospital", "encounter", "protocol_code"), name="run_one_per_trigger"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "closed"), ("closed_reason", ""), _connector="XOR"),
                        name="run_closed_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TierAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
                (
                    "encounter",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tier_assignments",
                        to="patients.encounter",
                    ),
                ),
                (
                    "protocol",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="followups.protocol",
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
                (
                    "computed_tier",
                    models.CharField(
                        choices=[("A", "A priority"), ("B", "B routine"), ("C", "C general")],
                        max_length=1,
                        verbose_name="tier by rules",
                    ),
                ),
                ("fired", models.JSONField(default=list, verbose_name="rules that fired")),
                ("unknown", models.JSONField(default=list, verbose_name="facts not known")),
                ("insufficient_facts", models.BooleanField(default=False, verbose_name="insufficient facts")),
                ("is_current", models.BooleanField(default=True, verbose_name="current")),
                (
                    "overridden_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "assigned_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="tiered at"
                    ),
                ),
            ],
            options={
                "verbose_name": "tier of a stay",
                "verbose_name_plural": "tiers of stays",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("hospital", "encounter"),
                        name="tier_assignment_one_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("overridden_by__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="tier_assignment_override_has_reason",
                    ),
                ],
            },
        ),
    ]
