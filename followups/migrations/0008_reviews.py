"""The tables Reminder, Review, SampleDraw of `followups.models.work`."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0001_patient"),
        ("patients", "0013_contact"),
        ("followups", "0007_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
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
                    "order",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="followups.followuporder",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("escalation", "escalation"), ("person", "reminded by a person")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="escalation level")),
                (
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="who was told",
                    ),
                ),
                ("recipients", models.JSONField(default=list, verbose_name="all who were told")),
                (
                    "by",
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
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "reminder",
                "verbose_name_plural": "reminders",
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["hospital", "order", "at"], name="reminder_order_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "escalation")),
                        fields=("hospital", "order", "level"),
                        name="reminder_each_level_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
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
                    "order",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="followups.followuporder",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("centre", "service centre"),
                            ("sample", "monthly sample"),
                            ("supervision", "supervision"),
                        ],
                        max_length=11,
                        verbose_name="kind",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("pending", "to be looked at"),
                            ("filed", "filed"),
                            ("returned", "returned"),
                            ("scored", "scored"),
                        ],
                        max_length=8,
                        verbose_name="verdict",
                    ),
                ),
                (
                    "reviewer",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="by whom",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="score, 1 to 5")),
                ("sample_month", models.DateField(blank=True, null=True, verbose_name="month of the sample")),
                ("sample_seed", models.CharField(blank=True, max_length=40, verbose_name="seed of the sample")),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "ordering": ["at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "sample")),
                        fields=["hospital", "sample_month", "verdict"],
                        name="review_sample_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "order", "sample_month"), name="review_sampled_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True), models.Q(("score__gte", 1), ("score__lte", 5)), _connector="OR"
                        ),
                        name="review_score",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", "returned"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="review_return_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SampleDraw",
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
                ("month", models.DateField(verbose_name="month of the sample")),
                (
                    "department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                (
                    "staff",
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
                (
                    "orders",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="drawn from"
                    ),
                ),
                (
                    "drawn",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name="drawn"
                    ),
                ),
                ("seed", models.CharField(max_length=40, verbose_name="seed of the sample")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "draw of a sample",
                "verbose_name_plural": "draws of samples",
                "indexes": [models.Index(fields=["hospital", "month", "department"], name="sample_draw_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("orders__contains", models.F("drawn")), ("orders__len__gte", 1), ("orders__len__lte", 10)
                        ),
                        name="sample_draw_of_ten",
                    )
                ],
            },
        ),
    ]
