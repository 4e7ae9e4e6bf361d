"""The tables GroupValue, OwnerChange, StatusChange of `groups.models.unit`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("groups", "0001_unit"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupValue",
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
                        related_name="values",
                        to="groups.groupcustomer",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount in yuan")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("contract", "contract sum"),
                            ("checkup", "health checks billed"),
                            ("care", "care of members billed"),
                            ("estimate", "estimate"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "value of a unit in a year",
                "verbose_name_plural": "values of units in years",
                "ordering": ["-year", "source"],
                "indexes": [models.Index(fields=["hospital", "year", "group"], name="groupvalue_year_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "group", "year", "source"), name="groupvalue_once"),
                    models.CheckConstraint(condition=models.Q(("year__range", (1990, 2100))), name="groupvalue_year"),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="groupvalue_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnerChange",
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
                        related_name="owner_changes",
                        to="groups.groupcustomer",
                    ),
                ),
                (
                    "before",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "after",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
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
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "hand-over of a unit",
                "verbose_name_plural": "hand-overs of units",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["hospital", "group", "-at", "-id"], name="ownerchange_group_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="ownerchange_has_a_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusChange",
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
                        related_name="status_changes",
                        to="groups.groupcustomer",
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        choices=[
                            ("nearby", "nearby"),
                            ("negotiating", "negotiating"),
                            ("signed", "signed"),
                            ("ended", "ended"),
                        ],
                        max_length=12,
                        verbose_name="before",
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("nearby", "nearby"),
                            ("negotiating", "negotiating"),
                            ("signed", "signed"),
                            ("ended", "ended"),
                        ],
                        max_length=12,
                        verbose_name="after",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
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
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "change of state of a unit",
                "verbose_name_plural": "changes of state of units",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["hospital", "group", "-at", "-id"], name="statuschange_group_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("before", models.F("after")), _negated=True), name="statuschange_changes"
                    )
                ],
            },
        ),
    ]
