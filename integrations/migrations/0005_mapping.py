"""The tables behind `integrations.models.mapping`."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("integrations", "0004_feed"),
    ]

    operations = [
        migrations.CreateModel(
            name="DepartmentMapping",
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
                    "feed",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="integrations.feed",
                        verbose_name="feed",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name in the lists")),
                (
                    "department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                ("decided_at", models.DateTimeField(verbose_name="decided at")),
            ],
            options={
                "verbose_name": "department's name",
                "verbose_name_plural": "departments' names",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "feed", "name"),
                        name="departmentmapping_once_per_feed",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PhysicianMapping",
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
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="integrations.feed",
                        verbose_name="feed",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name in the lists")),
                (
                    "department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="accounts.staffmember",
                        verbose_name="member of staff",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "not assigned"), ("automatic", "by name"), ("decided", "assigned by hand")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("candidates", models.PositiveSmallIntegerField(default=0, verbose_name="staff of this name")),
                ("last_seen_on", models.DateField(null=True, verbose_name="last seen")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="assigned at")),
            ],
            options={
                "verbose_name": "physician's name",
                "verbose_name_plural": "physicians' names",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "feed", "name", "department"),
                        name="physicianmapping_once_per_feed",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
