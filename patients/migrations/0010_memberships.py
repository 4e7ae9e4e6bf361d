"""The tables Membership, ServiceUse of `patients.models.memberships`."""

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
        ("patients", "0009_membership_levels"),
    ]

    operations = [
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
