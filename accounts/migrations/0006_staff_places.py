"""The tables StaffDepartment, Absence, StaffRole, StaffStation, StaffWard of `accounts.models.staff`."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_staff"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffDepartment",
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
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="department_links",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staff_links",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                ("is_head", models.BooleanField(default=False, verbose_name="head")),
            ],
            options={
                "verbose_name": "department of a member of staff",
                "verbose_name_plural": "departments of staff",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "staff", "department"), name="staff_department_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
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
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "cover",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covers",
                        to="accounts.staffmember",
                        verbose_name="covered by",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="until")),
            ],
            options={
                "verbose_name": "absence",
                "verbose_name_plural": "absences",
                "indexes": [models.Index(fields=["hospital", "staff", "ends_on"], name="absence_staff_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="absence_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cover__isnull", True),
                            models.Q(("cover", models.F("staff")), _negated=True),
                            _connector="OR",
                        ),
                        name="absence_cover_is_another",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.Func("staff_id", "staff_id", models.Value("[]"), function="int8range"), "&&"),
                            (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                        ],
                        name="absence_overlaps_none_of_the_same",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffRole",
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
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="role_links",
                        to="accounts.staffmember",
                        verbose_name="member of staff",
                    ),
                ),
                (
                    "role",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staff_links",
                        to="accounts.role",
                        verbose_name="role",
                    ),
                ),
                ("granted_at", models.DateTimeField(auto_now_add=True, verbose_name="granted at")),
                (
                    "granted_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="granted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "role of a member of staff",
                "verbose_name_plural": "roles of staff",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "staff", "role"), name="staff_role_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffStation",
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
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="station_links",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "station",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staff_links",
                        to="accounts.station",
                        verbose_name="community station",
                    ),
                ),
            ],
            options={
                "verbose_name": "station of a member of staff",
                "verbose_name_plural": "stations of staff",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "staff", "station"), name="staff_station_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffWard",
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
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ward_links",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "ward",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staff_links",
                        to="accounts.ward",
                        verbose_name="ward",
                    ),
                ),
                ("is_head", models.BooleanField(default=False, verbose_name="head nurse")),
            ],
            options={
                "verbose_name": "ward of a member of staff",
                "verbose_name_plural": "wards of staff",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "staff", "ward"), name="staff_ward_unique")
                ],
            },
        ),
    ]
