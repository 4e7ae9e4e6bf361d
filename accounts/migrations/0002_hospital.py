"""The tables behind `accounts.models.hospital`."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import accounts.models.hospital
import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_user"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hospital",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9-]{1,39}$", "Lower-case letters, digits and hyphens."
                            ),
                            accounts.models.hospital.validate_slug_free,
                        ],
                        verbose_name="address",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("short_name", models.CharField(blank=True, max_length=40, verbose_name="short name")),
                ("host_name", models.CharField(blank=True, max_length=120, verbose_name="own host name")),
                (
                    "timezone",
                    models.CharField(
                        default="Asia/Shanghai",
                        max_length=40,
                        validators=[accounts.models.hospital.validate_timezone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")],
                        default="zh-hans",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "hospital",
                "verbose_name_plural": "hospitals",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("host_name", ""), _negated=True),
                        fields=("host_name",),
                        name="hospital_host_name_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Department",
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
                ("code", models.CharField(blank=True, max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("specialty", models.CharField(blank=True, max_length=60, verbose_name="specialty")),
                (
                    "parent",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="children",
                        to="accounts.department",
                        verbose_name="department above",
                    ),
                ),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                        verbose_name="also called",
                    ),
                ),
                ("is_confirmed", models.BooleanField(default=True, verbose_name="confirmed")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "name"), name="department_name_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("hospital", "code"),
                        name="department_code_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="department_not_above_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
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
                ("day", models.DateField(verbose_name="day")),
                ("is_working", models.BooleanField(verbose_name="working day")),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
            ],
            options={
                "verbose_name": "calendar day",
                "verbose_name_plural": "calendar days",
                "ordering": ["day"],
                "constraints": [models.UniqueConstraint(fields=("hospital", "day"), name="calendar_day_unique")],
            },
        ),
        migrations.CreateModel(
            name="HospitalSettings",
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
                    "idle_minutes",
                    models.PositiveSmallIntegerField(default=30, verbose_name="log out after idle minutes"),
                ),
                ("care_from_hour", models.PositiveSmallIntegerField(default=8, verbose_name="care contact from hour")),
                (
                    "care_until_hour",
                    models.PositiveSmallIntegerField(default=21, verbose_name="care contact until hour"),
                ),
                ("digest_hour", models.PositiveSmallIntegerField(default=7, verbose_name="morning digest at hour")),
                (
                    "attended_months",
                    models.PositiveSmallIntegerField(
                        default=12, verbose_name="months a physician sees attended people"
                    ),
                ),
                (
                    "followups_start_on",
                    models.DateField(blank=True, null=True, verbose_name="plan follow-up for discharges from"),
                ),
                (
                    "privacy_days",
                    models.PositiveSmallIntegerField(
                        db_default=15, default=15, verbose_name="working days to answer a privacy request"
                    ),
                ),
                (
                    "events_kept_years",
                    models.PositiveSmallIntegerField(default=3, verbose_name="keep what was done, years"),
                ),
                (
                    "accesses_kept_years",
                    models.PositiveSmallIntegerField(default=3, verbose_name="keep who saw whom, years"),
                ),
                (
                    "changes_kept_years",
                    models.PositiveSmallIntegerField(default=3, verbose_name="keep changed rows, years"),
                ),
                (
                    "sender_address",
                    models.EmailField(blank=True, max_length=254, verbose_name="sender address of mails"),
                ),
            ],
            options={
                "verbose_name": "hospital settings",
                "verbose_name_plural": "hospital settings",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital",), name="hospital_settings_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("idle_minutes__range", (5, 30))), name="hospital_settings_idle_minutes"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("care_from_hour__range", (0, 23))), name="hospital_settings_care_from_hour"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("care_until_hour__range", (1, 24))),
                        name="hospital_settings_care_until_hour",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest_hour__range", (0, 23))), name="hospital_settings_digest_hour"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attended_months__range", (1, 24))),
                        name="hospital_settings_attended_months",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("privacy_days__range", (1, 30))), name="hospital_settings_privacy_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("events_kept_years__range", (3, 30))),
                        name="hospital_settings_events_kept_years",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accesses_kept_years__range", (3, 30))),
                        name="hospital_settings_accesses_kept_years",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("changes_kept_years__range", (3, 30))),
                        name="hospital_settings_changes_kept_years",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("care_from_hour__lt", models.F("care_until_hour"))),
                        name="hospital_settings_care_hours",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Station",
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
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "community station",
                "verbose_name_plural": "community stations",
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("hospital", "name"), name="station_name_unique")],
            },
        ),
        migrations.CreateModel(
            name="Ward",
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
                ("code", models.CharField(blank=True, max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wards",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "ward",
                "verbose_name_plural": "wards",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "department", "name"), name="ward_name_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="StationArea",
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
                    "station",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="areas",
                        to="accounts.station",
                        verbose_name="community station",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="district, street or division code")),
            ],
            options={
                "verbose_name": "area of a station",
                "verbose_name_plural": "areas of a station",
                "ordering": ["name"],
                "indexes": [models.Index(fields=["hospital", "station"], name="station_area_station_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "name"), name="station_area_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^\\S{2,}$")), name="station_area_is_a_word"
                    ),
                ],
            },
        ),
    ]
