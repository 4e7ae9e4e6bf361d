"""The tables MembershipLevel, ServiceStandard, AgreedService of `patients.models.memberships`."""

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
        ("accounts", "0006_staff_places"),
        ("patients", "0008_labels"),
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
    ]
