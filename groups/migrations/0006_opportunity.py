"""The tables behind `groups.models.opportunity`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("groups", "0005_member"),
    ]

    operations = [
        migrations.CreateModel(
            name="Opportunity",
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
                        related_name="opportunities",
                        to="groups.groupcustomer",
                        verbose_name="unit",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("checkup", "health checks of the staff"),
                            ("renewal", "renewal of a contract"),
                            ("contract", "first contract"),
                            ("management", "health management service"),
                            ("lecture", "paid lecture or clinic"),
                            ("other", "other deal"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="what it is about")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="expected value in yuan")),
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (10, "noticed 10%"),
                            (30, "in contact 30%"),
                            (50, "offer made 50%"),
                            (70, "terms negotiated 70%"),
                            (90, "agreed by word 90%"),
                        ],
                        default=10,
                        verbose_name="how far",
                    ),
                ),
                ("expected_on", models.DateField(verbose_name="expected close")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open deal"), ("won", "won"), ("lost", "lost deal")],
                        default="open",
                        max_length=4,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                (
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="in charge",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "opportunity",
                "verbose_name_plural": "opportunities",
                "ordering": ["expected_on", "id"],
                "indexes": [
                    models.Index(fields=["hospital", "group", "expected_on"], name="opportunity_group_idx"),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["hospital", "staff", "expected_on"],
                        name="opportunity_open_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="opportunity_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on__isnull", True), ("state", "open")),
                            models.Q(("closed_on__isnull", False), ("state__in", ["won", "lost"])),
                            _connector="OR",
                        ),
                        name="opportunity_closed_on_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "lost"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="opportunity_lost_with_reason",
                    ),
                ],
            },
        ),
    ]
