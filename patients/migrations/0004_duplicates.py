"""The tables behind `patients.models.duplicates`."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0003_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicateCandidate",
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
                ("left_id", models.BigIntegerField(verbose_name="older record")),
                ("right_id", models.BigIntegerField(verbose_name="younger record")),
                ("score", models.PositiveSmallIntegerField(verbose_name="likeness")),
                ("reasons", models.JSONField(default=list, verbose_name="reasons")),
                ("facts", models.CharField(max_length=32, verbose_name="fingerprint of what was compared")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "to be decided"), ("dismissed", "two people"), ("merged", "united")],
                        default="open",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="found at")),
                (
                    "decided_by",
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
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                (
                    "planned",
                    models.CharField(
                        blank=True,
                        choices=[("open", "to be decided"), ("dismissed", "two people"), ("merged", "united")],
                        max_length=9,
                        verbose_name="about to be",
                    ),
                ),
                (
                    "planned_by",
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
                ("note", models.CharField(blank=True, max_length=200, verbose_name="remark on the pair")),
            ],
            options={
                "verbose_name": "possible duplicate",
                "verbose_name_plural": "possible duplicates",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["hospital", "-score", "-id"],
                        name="duplicate_waiting_idx",
                    ),
                    models.Index(
                        condition=models.Q(("planned", ""), _negated=True),
                        fields=["hospital", "id"],
                        name="duplicate_planned_idx",
                    ),
                    models.Index(fields=["hospital", "right_id"], name="duplicate_right_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "left_id", "right_id"), name="duplicate_pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("left_id__lt", models.F("right_id"))), name="duplicate_of_another"
                    ),
                    models.CheckConstraint(condition=models.Q(("score__lte", 100)), name="duplicate_score_to_hundred"),
                    models.CheckConstraint(
                        condition=models.Q(("state", "open"), ("decided_at__isnull", False), _connector="OR"),
                        name="duplicate_decided_some_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("planned", ""), ("state", "open"), _connector="OR"),
                        name="duplicate_planned_while_open",
                    ),
                ],
            },
        ),
    ]
