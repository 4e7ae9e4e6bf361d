"""The tables behind `groups.models.member`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("groups", "0004_file"),
        ("patients", "0001_patient"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupMember",
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
                        related_name="members",
                        to="groups.groupcustomer",
                        verbose_name="unit",
                    ),
                ),
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                ("is_key_person", models.BooleanField(default=False, verbose_name="key person")),
                ("department", models.CharField(blank=True, max_length=60, verbose_name="department at the unit")),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="position")),
                ("employee_number", models.CharField(blank=True, max_length=40, verbose_name="employee number")),
                ("joined_on", models.DateField(blank=True, null=True, verbose_name="member since")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                ("absent_since", models.DateField(blank=True, null=True, verbose_name="missing in the roster of")),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "indexes": [
                    models.Index(fields=["hospital", "group", "-id"], name="member_group_idx"),
                    models.Index(fields=["hospital", "patient"], name="member_patient_idx"),
                    models.Index(
                        condition=models.Q(("is_key_person", True), ("left_on__isnull", True)),
                        fields=["hospital", "group"],
                        name="member_key_idx",
                    ),
                    models.Index(
                        condition=models.Q(("absent_since__isnull", False), ("left_on__isnull", True)),
                        fields=["hospital", "group"],
                        name="member_absent_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on__isnull", True)),
                        fields=("hospital", "group", "patient"),
                        name="member_once_per_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("joined_on__isnull", True),
                            ("left_on__isnull", True),
                            ("left_on__gte", models.F("joined_on")),
                            _connector="OR",
                        ),
                        name="member_leaves_after_joining",
                    ),
                ],
            },
        ),
    ]
