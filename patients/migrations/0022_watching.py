"""The tables behind `patients.models.watching`."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0021_tags"),
    ]

    operations = [
        migrations.CreateModel(
            name="ViewingFlag",
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
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="member of staff",
                    ),
                ),
                ("role_code", models.CharField(blank=True, max_length=40, verbose_name="role")),
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="viewing_flags",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("first_at", models.DateTimeField(verbose_name="first seen at")),
                ("last_at", models.DateTimeField(verbose_name="last seen at")),
                ("views", models.PositiveIntegerField(default=1, verbose_name="views")),
                ("people", models.PositiveIntegerField(default=1, verbose_name="people")),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), size=None, verbose_name="reasons"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "to be answered"), ("answered", "answered")],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_order", "in order"),
                            ("explained", "unusual, explained"),
                            ("misuse", "without a reason of work"),
                        ],
                        max_length=10,
                        verbose_name="what came of it",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="what was found")),
                (
                    "answered_by",
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
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
            ],
            options={
                "verbose_name": "flagged viewing",
                "verbose_name_plural": "flagged viewings",
                "indexes": [
                    models.Index(
                        fields=["hospital", "state", "-first_at", "-id"],
                        include=("reasons",),
                        name="viewingflag_state_idx",
                    ),
                    models.Index(fields=["hospital", "patient"], name="viewingflag_patient_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("patient__isnull", False), ("state", "open")),
                        fields=("hospital", "staff", "patient", "day"),
                        name="viewingflag_one_open",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("patient__isnull", True), ("state", "open")),
                        fields=("hospital", "staff", "day"),
                        name="viewingflag_one_open_bulk",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by__isnull", True),
                            models.Q(("answered_by", models.F("staff")), _negated=True),
                            _connector="OR",
                        ),
                        name="viewingflag_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("finding", ""),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("state", "answered"),
                                models.Q(("finding", ""), _negated=True),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="viewingflag_answered_in_full",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reasons", []), _negated=True), name="viewingflag_for_a_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ViewingRules",
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
                ("watches_vip", models.BooleanField(default=True, verbose_name="VIP people")),
                (
                    "watches_vip_at_home",
                    models.BooleanField(default=False, verbose_name="VIP people by their own department too"),
                ),
                ("watches_colleagues", models.BooleanField(default=True, verbose_name="colleagues and the own record")),
                ("watches_night", models.BooleanField(default=True, verbose_name="at night")),
                ("watches_departments", models.BooleanField(default=True, verbose_name="people of other departments")),
                ("watches_bulk", models.BooleanField(default=True, verbose_name="many records in short time")),
                ("night_from", models.PositiveSmallIntegerField(default=22, verbose_name="night begins at hour")),
                ("night_until", models.PositiveSmallIntegerField(default=6, verbose_name="night ends at hour")),
                (
                    "bulk_people",
                    models.PositiveSmallIntegerField(default=60, verbose_name="many: this number of people"),
                ),
                ("bulk_minutes", models.PositiveSmallIntegerField(default=60, verbose_name="short: within minutes")),
                (
                    "looked_until",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="looked through up to"
                    ),
                ),
            ],
            options={
                "verbose_name": "rules of watched viewing",
                "verbose_name_plural": "rules of watched viewing",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital",), name="viewingrules_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("night_from__range", (0, 23)),
                            ("night_until__range", (0, 23)),
                            models.Q(("night_from", models.F("night_until")), _negated=True),
                        ),
                        name="viewingrules_hours_of_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("bulk_minutes__range", (1, 1440)), ("bulk_people__gte", 2)),
                        name="viewingrules_bulk_is_many",
                    ),
                ],
            },
        ),
    ]
