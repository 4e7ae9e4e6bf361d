"""The tables behind `followups.models.orders`."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("followups", "0003_runs"),
        ("patients", "0001_patient"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUpOrder",
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
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "run",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="orders",
                        to="followups.followuprun",
                    ),
                ),
                (
                    "step",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="followups.protocolstep",
                        verbose_name="step",
                    ),
                ),
                ("occurrence", models.PositiveSmallIntegerField(default=1, verbose_name="occurrence")),
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followup_orders",
                        to="patients.patient",
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
                ("earliest_on", models.DateField(verbose_name="earliest")),
                ("due_on", models.DateField(verbose_name="due")),
                ("latest_on", models.DateField(verbose_name="latest")),
                ("is_duty_list", models.BooleanField(default=False, verbose_name="on the duty list")),
                (
                    "department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "ward",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                (
                    "attending",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="attending physician",
                    ),
                ),
                (
                    "assignee",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followup_orders",
                        to="accounts.staffmember",
                        verbose_name="assignee",
                    ),
                ),
                (
                    "assignee_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("attending", "attending physician"),
                            ("nurse", "responsible nurse"),
                            ("department_head", "department head"),
                            ("centre", "service centre"),
                        ],
                        max_length=16,
                        verbose_name="assigned as",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "scheduled"),
                            ("dispatched", "dispatched"),
                            ("in_progress", "in progress"),
                            ("attempted", "attempted"),
                            ("returned", "returned for redo"),
                            ("submitted", "submitted"),
                            ("filed", "filed"),
                            ("suspended", "on hold"),
                            ("lost", "lost to follow-up"),
                            ("refused", "refused"),
                            ("died", "ended by death"),
                            ("readmitted", "ended by readmission"),
                            ("transferred", "ended by transfer"),
                            ("void", "void"),
                        ],
                        default="planned",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=40, verbose_name="why in this state")),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("attempts_count", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "last_outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("completed", "completed"),
                            ("completed_family", "answered by family"),
                            ("partly", "partly, agreed a time"),
                            ("refused_now", "refused this time"),
                            ("refused_for_good", "refused for good"),
                            ("wrong_person", "somebody else answered"),
                            ("no_answer", "no answer"),
                            ("busy", "busy"),
                            ("switched_off", "switched off"),
                            ("suspended", "number suspended"),
                            ("no_such_number", "number does not exist"),
                            ("blocked", "blocked"),
                            ("died", "has died"),
                            ("readmitted", "readmitted"),
                            ("transferred", "transferred"),
                            ("lost", "lost"),
                            ("barrier", "language or hearing barrier"),
                        ],
                        max_length=16,
                        verbose_name="last outcome",
                    ),
                ),
                ("last_attempt_at", models.DateTimeField(blank=True, null=True, verbose_name="last attempt")),
                ("agreed_at", models.DateTimeField(blank=True, null=True, verbose_name="agreed time")),
                ("reached_at", models.DateTimeField(blank=True, null=True, verbose_name="reached at")),
                ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="completed at")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="submitted at")),
                (
                    "submitted_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="submitted by",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("late_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for being late")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "next_step",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "nothing further"),
                            ("call_again", "another call agreed"),
                            ("outpatient", "come to outpatients"),
                            ("emergency", "come to emergency"),
                            ("physician", "physician calls back"),
                            ("dressing", "dressing change"),
                            ("medicine", "medicine explained"),
                            ("other", "other, see note"),
                        ],
                        max_length=12,
                        verbose_name="next step",
                    ),
                ),
                ("has_finding", models.BooleanField(default=False, verbose_name="with a finding")),
                ("has_dissatisfaction", models.BooleanField(default=False, verbose_name="dissatisfied")),
                (
                    "is_doubtful",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Q(
                            models.Q(("last_outcome__in", ["completed", "completed_family"]), ("note", "")),
                            models.Q(
                                ("has_finding", False),
                                ("note__regex", "渗液|渗血|出血|便血|化脓|红肿|发热|高热|胸痛|呼吸困难|晕倒|抽搐"),
                                (
                                    "note__regex",
                                    "(?<![无没不未])(?<!没有)(?<!未见)(?<!否认)(渗液|渗血|出血|便血|化脓|红肿|发热|高热|胸痛|呼吸困难|晕倒|抽搐)",
                                ),
                            ),
                            models.Q(("has_finding", True), ("next_step__in", ["", "none"])),
                            _connector="OR",
                        ),
                        output_field=models.BooleanField(),
                        verbose_name="worth a second look",
                    ),
                ),
                ("draft", models.JSONField(blank=True, null=True, verbose_name="draft")),
                ("draft_at", models.DateTimeField(blank=True, null=True, verbose_name="draft saved at")),
                ("escalation_level", models.PositiveSmallIntegerField(default=0, verbose_name="escalation level")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="created at"
                    ),
                ),
            ],
            options={
                "verbose_name": "follow-up order",
                "verbose_name_plural": "follow-up orders",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "dispatched",
                                    "in_progress",
                                    "attempted",
                                    "returned",
                                    "submitted",
                                    "suspended",
                                ],
                            ),
                            ("assignee__isnull", False),
                        ),
                        fields=["hospital", "assignee", "latest_on", "id"],
                        name="order_assignee_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "dispatched",
                                    "in_progress",
                                    "attempted",
                                    "returned",
                                    "submitted",
                                    "suspended",
                                ],
                            )
                        ),
                        fields=["hospital", "latest_on", "id"],
                        include=("state", "earliest_on", "department", "assignee", "assignee_role", "is_duty_list"),
                        name="order_waiting_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "dispatched",
                                    "in_progress",
                                    "attempted",
                                    "returned",
                                    "submitted",
                                    "suspended",
                                ],
                            )
                        ),
                        fields=["hospital", "tier", "latest_on", "id"],
                        include=("state", "earliest_on", "department", "assignee", "assignee_role"),
                        name="order_tier_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "in_progress",
                                    "attempted",
                                    "returned",
                                    "submitted",
                                    "filed",
                                    "suspended",
                                    "lost",
                                    "refused",
                                    "died",
                                    "readmitted",
                                    "transferred",
                                ],
                            )
                        ),
                        fields=["hospital", "state", "latest_on", "id"],
                        name="order_state_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "dispatched",
                                    "in_progress",
                                    "attempted",
                                    "returned",
                                    "submitted",
                                    "suspended",
                                ],
                            )
                        ),
                        fields=["hospital", "department", "latest_on", "id"],
                        include=("state", "attending"),
                        name="order_by_department_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "dispatched",
                                    "in_progress",
                                    "attempted",
                                    "returned",
                                    "submitted",
                                    "suspended",
                                ],
                            ),
                            ("ward__isnull", False),
                        ),
                        fields=["hospital", "ward", "latest_on", "id"],
                        include=("state", "earliest_on", "assignee"),
                        name="order_ward_idx",
                    ),
                    models.Index(
                        condition=models.Q(("state", "submitted")),
                        fields=["hospital", "latest_on", "id"],
                        include=(
                            "is_doubtful",
                            "has_finding",
                            "has_dissatisfaction",
                            "late_reason",
                            "department",
                            "submitted_by",
                        ),
                        name="order_review_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "dispatched",
                                    "in_progress",
                                    "attempted",
                                    "returned",
                                    "submitted",
                                    "suspended",
                                ],
                            ),
                            ("assignee__isnull", True),
                        ),
                        fields=["hospital", "latest_on", "id"],
                        include=(
                            "earliest_on",
                            "due_on",
                            "state",
                            "tier",
                            "assignee_role",
                            "agreed_at",
                            "assignee",
                            "department",
                        ),
                        name="order_pool_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "dispatched",
                                    "in_progress",
                                    "attempted",
                                    "returned",
                                    "submitted",
                                    "suspended",
                                ],
                            ),
                            ("is_duty_list", True),
                        ),
                        fields=["hospital", "latest_on", "id"],
                        name="order_duty_idx",
                    ),
                    models.Index(
                        condition=models.Q(("has_finding", True)),
                        fields=["hospital", "submitted_at", "id"],
                        name="order_finding_idx",
                    ),
                    models.Index(
                        fields=["hospital", "department", "due_on"],
                        include=(
                            "id",
                            "state",
                            "tier",
                            "attending",
                            "latest_on",
                            "attempts_count",
                            "reached_at",
                            "completed_at",
                            "has_dissatisfaction",
                        ),
                        name="order_figures_idx",
                    ),
                    models.Index(fields=["hospital", "due_on", "id"], name="order_due_idx"),
                    models.Index(
                        condition=models.Q(("completed_at__isnull", False)),
                        fields=["hospital", "department", "completed_at"],
                        include=("state",),
                        name="order_completed_idx",
                    ),
                    models.Index(fields=["hospital", "patient", "due_on"], name="order_patient_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "run", "step", "occurrence"), name="order_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__lte", models.F("latest_on")), ("earliest_on__lte", models.F("due_on"))
                        ),
                        name="order_window",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["filed", "lost", "refused", "died", "readmitted", "transferred", "void"]),
                            ("closed_at__isnull", True),
                            _connector="OR",
                        ),
                        name="order_open_has_no_end",
                    ),
                ],
            },
        ),
    ]
