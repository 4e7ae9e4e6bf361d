"""VIP memberships: levels, and who is a member from which day to which."""

import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0036_rights_of_members"),
        ("patients", "0041_code_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="MembershipLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("names", models.JSONField(default=dict, verbose_name="name")),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="place among the levels")),
                ("booking_priority", models.PositiveSmallIntegerField(default=0, verbose_name="priority in booking")),
                ("call_priority", models.PositiveSmallIntegerField(default=0, verbose_name="priority of calls")),
                (
                    "answer_minutes",
                    models.PositiveSmallIntegerField(default=30, verbose_name="answered within minutes"),
                ),
                (
                    "first_appointment_days",
                    models.PositiveSmallIntegerField(default=3, verbose_name="first appointment within days"),
                ),
                ("is_offered", models.BooleanField(default=True, verbose_name="offered")),
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
                "verbose_name": "level of membership",
                "verbose_name_plural": "levels of membership",
                "ordering": ["rank", "id"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("granted", "granted"), ("ended", "ended early"), ("void", "withdrawn")],
                        default="granted",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="until")),
                ("agreed_until", models.DateField(verbose_name="agreed until")),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="why it ended")),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="granted at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                ("makes_vip", models.BooleanField(default=False, editable=False)),
                (
                    "former_category",
                    models.CharField(
                        choices=[
                            ("general", "general outpatient"),
                            ("specialty", "specialty outpatient"),
                            ("vip", "VIP"),
                        ],
                        default="general",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "contact",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="named contact",
                    ),
                ),
                (
                    "deputy",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="deputy",
                    ),
                ),
                (
                    "ended_by",
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
                (
                    "granted_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
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
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vip_memberships",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "renews",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="patients.membership",
                    ),
                ),
                (
                    "level",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.membershiplevel",
                        verbose_name="level of membership",
                    ),
                ),
            ],
            options={
                "verbose_name": "VIP membership",
                "verbose_name_plural": "VIP memberships",
                "ordering": ["-starts_on", "-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="membershiplevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("names__has_key", "zh-hans")), name="membershiplevel_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="membershiplevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("booking_priority__lte", 99), ("call_priority__lte", 99)),
                name="membershiplevel_priority_to_99",
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["hospital", "patient", "-starts_on"], name="membership_patient_idx"),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("state", "void"), _negated=True),
                fields=["hospital", "ends_on", "id"],
                name="membership_end_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("state", "void"), _negated=True),
                fields=["hospital", "contact", "ends_on", "id"],
                name="membership_contact_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(models.Q(("state", "void"), _negated=True), ("deputy__isnull", False)),
                fields=["hospital", "deputy", "ends_on", "id"],
                name="membership_deputy_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("makes_vip", True)), fields=["hospital", "ends_on"], name="membership_makes_vip_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("state__in", ["granted", "ended"])),
                expressions=[
                    (models.Func("patient_id", "patient_id", models.Value("[]"), function="int8range"), "&&"),
                    (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                ],
                name="membership_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="membership_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__lte", models.F("agreed_until"))), name="membership_never_longer"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at__isnull", True), ("state", "granted")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ["ended", "void"]),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="membership_ended_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deputy__isnull", True), models.Q(("deputy", models.F("contact")), _negated=True), _connector="OR"
                ),
                name="membership_deputy_is_another",
            ),
        ),
    ]
