"""Services agreed with a level, services received, and the service standard of each category."""

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
        ("patients", "0042_memberships"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreedService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
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
            ],
            options={
                "verbose_name": "agreed service",
                "verbose_name_plural": "agreed services",
                "ordering": ["rank", "id"],
            },
        ),
        migrations.CreateModel(
            name="ServiceStandard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                "verbose_name": "service standard",
                "verbose_name_plural": "service standards",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ServiceUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("used_on", models.DateField(verbose_name="received on")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what the service was")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="counted for")),
                ("counted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="counted at")),
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
            ],
            options={
                "verbose_name": "service received",
                "verbose_name_plural": "services received",
            },
        ),
        migrations.AddIndex(
            model_name="agreedservice",
            index=models.Index(fields=["hospital", "level", "rank"], name="agreedservice_level_idx"),
        ),
        migrations.AddConstraint(
            model_name="agreedservice",
            constraint=models.CheckConstraint(
                condition=models.Q(("names__has_key", "zh-hans")), name="agreedservice_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="agreedservice",
            constraint=models.CheckConstraint(
                condition=models.Q(("times__isnull", True), ("times__gte", 1), _connector="OR"),
                name="agreedservice_once_or_more",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreedservice",
            constraint=models.CheckConstraint(
                condition=models.Q(("per__in", ["term", "year", "month"])), name="agreedservice_per_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicestandard",
            constraint=models.UniqueConstraint(fields=("hospital", "category"), name="servicestandard_once"),
        ),
        migrations.AddConstraint(
            model_name="servicestandard",
            constraint=models.CheckConstraint(
                condition=models.Q(("category__in", ["general", "specialty", "vip"])),
                name="servicestandard_category_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="serviceuse",
            index=models.Index(fields=["hospital", "membership", "service", "used_on"], name="serviceuse_member_idx"),
        ),
        migrations.AddConstraint(
            model_name="serviceuse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("hospital", "membership", "service", "reference"),
                name="serviceuse_counted_once",
            ),
        ),
    ]
