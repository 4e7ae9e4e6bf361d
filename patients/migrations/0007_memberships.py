"""The tables behind `patients.models.memberships`."""

import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0005_staff"),
        ("patients", "0006_labels"),
    ]

    operations = [
        migrations.CreateModel(
            name="MembershipLevel",
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
            ],
            options={
                "verbose_name": "level of membership",
                "verbose_name_plural": "levels of membership",
                "ordering": ["rank", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("names__has_key", "zh-hans")), name="membershiplevel_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("booking_priority__lte", 99), ("call_priority__lte", 99)),
                        name="membershiplevel_priority_to_99",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceStandard",
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
                    "category",
                    models.CharField(
                        choices=[
                            ("general", "general outpatient"),
                            ("specialty", "specialty outpatient"),
                            ("vip", "VIP"),
                        ],
                        max_length=10,
                        verbose_name="category",
                    ),
                ),
                ("answer_minutes", models.PositiveSmallIntegerField(verbose_name="answered within minutes")),
                (
                    "first_appointment_days",
                    models.PositiveSmallIntegerField(verbose_name="first appointment within days"),
                ),
                ("words", models.JSONField(blank=True, default=dict, verbose_name="what is promised beside")),
            ],
            options={
                "verbose_name": "service standard",
                "verbose_name_plural": "service standards",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "category"), name="servicestandard_once"),
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ["general", "specialty", "vip"])),
                        name="servicestandard_category_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="why it ended")),
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
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="granted at")),
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
            ],
            options={
                "verbose_name": "VIP membership",
                "verbose_name_plural": "VIP memberships",
                "ordering": ["-starts_on", "-id"],
                "indexes": [
                    models.Index(fields=["hospital", "patient", "-starts_on"], name="membership_patient_idx"),
                    models.Index(
                        condition=models.Q(("state", "void"), _negated=True),
                        fields=["hospital", "ends_on", "id"],
                        name="membership_end_idx",
                    ),
                    models.Index(
                        condition=models.Q(("state", "void"), _negated=True),
                        fields=["hospital", "contact", "ends_on", "id"],
                        name="membership_contact_idx",
                    ),
                    models.Index(
                        condition=models.Q(models.Q(("state", "void"), _negated=True), ("deputy__isnull", False)),
                        fields=["hospital", "deputy", "ends_on", "id"],
                        name="membership_deputy_idx",
                    ),
                    models.Index(
                        condition=models.Q(("makes_vip", True)),
                        fields=["hospital", "ends_on"],
                        name="membership_makes_vip_idx",
                    ),
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state__in", ["granted", "ended"])),
                        expressions=[
                            (models.Func("patient_id", "patient_id", models.Value("[]"), function="int8range"), "&&"),
                            (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                        ],
                        name="membership_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="membership_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__lte", models.F("agreed_until"))), name="membership_never_longer"
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deputy__isnull", True),
                            models.Q(("deputy", models.F("contact")), _negated=True),
                            _connector="OR",
                        ),
                        name="membership_deputy_is_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreedService",
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
                    "level",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="services",
                        to="patients.membershiplevel",
                        verbose_name="level of membership",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="service")),
                ("times", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="how many times")),
                (
                    "per",
                    models.CharField(
                        choices=[
                            ("term", "whole membership"),
                            ("year", "year of membership"),
                            ("month", "calendar month"),
                        ],
                        default="year",
                        max_length=5,
                        verbose_name="in each",
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="place")),
                ("is_active", models.BooleanField(default=True, verbose_name="agreed")),
            ],
            options={
                "verbose_name": "agreed service",
                "verbose_name_plural": "agreed services",
                "ordering": ["rank", "id"],
                "indexes": [models.Index(fields=["hospital", "level", "rank"], name="agreedservice_level_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("names__has_key", "zh-hans")), name="agreedservice_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("times__isnull", True), ("times__gte", 1), _connector="OR"),
                        name="agreedservice_once_or_more",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("per__in", ["term", "year", "month"])), name="agreedservice_per_is_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceUse",
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
                    "membership",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="patients.membership",
                        verbose_name="VIP membership",
                    ),
                ),
                (
                    "service",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.agreedservice",
                        verbose_name="service",
                    ),
                ),
                ("used_on", models.DateField(verbose_name="received on")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what the service was")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="counted for")),
                (
                    "by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("counted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="counted at")),
            ],
            options={
                "verbose_name": "service received",
                "verbose_name_plural": "services received",
                "indexes": [
                    models.Index(fields=["hospital", "membership", "service", "used_on"], name="serviceuse_member_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=("hospital", "membership", "service", "reference"),
                        name="serviceuse_counted_once",
                    )
                ],
            },
        ),
    ]
