"""The tables behind `groups.models.contract`."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("groups", "0002_unit_history"),
        ("patients", "0001_patient"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contract",
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
                    "group",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contracts",
                        to="groups.groupcustomer",
                        verbose_name="unit",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("checkup", "health check contract"),
                            ("care", "medical service contract"),
                            ("management", "health management contract"),
                            ("other", "other contract"),
                        ],
                        default="checkup",
                        max_length=10,
                        verbose_name="kind of contract",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("signed", "signed contract"),
                            ("ended", "ended early"),
                            ("void", "withdrawn before it began"),
                        ],
                        default="signed",
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                ("number", models.CharField(max_length=40, verbose_name="contract number")),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="signed on")),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("agreed_until", models.DateField(blank=True, null=True, verbose_name="agreed until")),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="why it ended")),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="contract sum in yuan"
                    ),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(default=60, verbose_name="remind days before the end"),
                ),
                ("terms", models.TextField(blank=True, max_length=2000, verbose_name="terms")),
            ],
            options={
                "verbose_name": "contract",
                "verbose_name_plural": "contracts",
                "ordering": ["-starts_on", "-id"],
                "indexes": [
                    models.Index(fields=["hospital", "group", "starts_on"], name="contract_group_idx"),
                    models.Index(
                        condition=models.Q(("ends_on__isnull", False), ("state", "signed")),
                        fields=["hospital", "ends_on"],
                        name="contract_ends_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "number"), name="contract_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="contract_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "signed"]),
                            models.Q(("end_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contract_ended_with_reason",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("kind", "checkup"), ("state__in", ["signed", "ended"])),
                        expressions=[
                            (models.Func("group_id", "group_id", models.Value("[]"), function="int8range"), "&&"),
                            (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                        ],
                        name="contract_one_checkup_at_a_time",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("kind", "care"), ("state__in", ["signed", "ended"])),
                        expressions=[
                            (models.Func("group_id", "group_id", models.Value("[]"), function="int8range"), "&&"),
                            (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                        ],
                        name="contract_one_care_at_a_time",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("kind", "management"), ("state__in", ["signed", "ended"])),
                        expressions=[
                            (models.Func("group_id", "group_id", models.Value("[]"), function="int8range"), "&&"),
                            (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                        ],
                        name="contract_one_management_at_a_time",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("kind", "other"), ("state__in", ["signed", "ended"])),
                        expressions=[
                            (models.Func("group_id", "group_id", models.Value("[]"), function="int8range"), "&&"),
                            (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                        ],
                        name="contract_one_other_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Benefit",
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
                    "contract",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="benefits",
                        to="groups.contract",
                        verbose_name="contract",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("discount", "discount"),
                            ("priority", "priority"),
                            ("checkup", "health check package"),
                            ("lecture", "lecture or free clinic"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="benefit")),
                (
                    "percent",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="discount in percent"),
                ),
                (
                    "service",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "all services"),
                            ("checkup", "health check"),
                            ("booking", "booking of experts"),
                            ("outpatient", "outpatient care"),
                            ("inpatient", "inpatient care"),
                            ("lecture", "lectures and free clinics"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="applies to",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "limit_per_member",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="times per member"),
                ),
                (
                    "limit_per_contract",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="times per contract"),
                ),
            ],
            options={
                "verbose_name": "benefit",
                "verbose_name_plural": "benefits",
                "ordering": ["kind", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__isnull", True), ("percent__range", (1, 100)), _connector="OR"),
                        name="benefit_percent_to_hundred",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="benefit_ends_after_start",
                    ),
                    models.UniqueConstraint(fields=("hospital", "contract", "kind", "name"), name="benefit_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BenefitUse",
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
                    "benefit",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="groups.benefit",
                        verbose_name="benefit",
                    ),
                ),
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="benefit_uses",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                ("used_on", models.DateField(verbose_name="used on")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="used for")),
                (
                    "by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a benefit",
                "verbose_name_plural": "uses of benefits",
                "indexes": [
                    models.Index(fields=["hospital", "benefit", "patient"], name="benefituse_benefit_idx"),
                    models.Index(fields=["hospital", "patient"], name="benefituse_patient_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=("hospital", "benefit", "reference"),
                        name="benefituse_counted_once",
                    )
                ],
            },
        ),
    ]
