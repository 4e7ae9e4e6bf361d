"""The tables behind `groups.models.visit`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("groups", "0007_merging"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupVisit",
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
                        related_name="visits",
                        to="groups.groupcustomer",
                        verbose_name="unit",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("visit", "visit to the unit"),
                            ("call", "call to the unit"),
                            ("letter", "letter to the unit"),
                            ("meeting", "meeting at the hospital"),
                        ],
                        default="visit",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("planned_on", models.DateField(verbose_name="planned on")),
                ("purpose", models.CharField(max_length=200, verbose_name="what for")),
                (
                    "contact",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="groups.groupcontact",
                        verbose_name="with whom",
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                ("result", models.TextField(blank=True, max_length=1000, verbose_name="result")),
                ("called_off_on", models.DateField(blank=True, null=True, verbose_name="called off on")),
                ("called_off_reason", models.CharField(blank=True, max_length=200, verbose_name="why called off")),
                (
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="who goes",
                    ),
                ),
                (
                    "follows",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="next_steps",
                        to="groups.groupvisit",
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
                        related_name="reminders",
                        to="groups.contract",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact with a unit",
                "verbose_name_plural": "contacts with units",
                "ordering": ["-planned_on", "-id"],
                "indexes": [
                    models.Index(fields=["hospital", "group", "-planned_on", "-id"], name="groupvisit_group_idx"),
                    models.Index(
                        condition=models.Q(("called_off_on__isnull", True), ("done_on__isnull", True)),
                        fields=["hospital", "staff", "planned_on"],
                        name="groupvisit_open_idx",
                    ),
                    models.Index(
                        condition=models.Q(("follows__isnull", False)),
                        fields=["hospital", "follows"],
                        name="groupvisit_follows_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_on__isnull", True), models.Q(("result", ""), _negated=True), _connector="OR"
                        ),
                        name="groupvisit_done_has_a_result",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("called_off_on__isnull", True),
                            models.Q(("done_on__isnull", True), models.Q(("called_off_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="groupvisit_called_off_with_reason",
                    ),
                    models.UniqueConstraint(fields=("hospital", "renews"), name="groupvisit_one_reminder_per_contract"),
                ],
            },
        ),
    ]
