"""The tables behind `integrations.models.conflict`."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("integrations", "0002_webhook"),
    ]

    operations = [
        migrations.CreateModel(
            name="MatchConflict",
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
                ("code", models.CharField(max_length=40, verbose_name="contradiction")),
                ("fingerprint", models.CharField(editable=False, max_length=64)),
                ("left_id", models.BigIntegerField(verbose_name="known record")),
                ("right_id", models.BigIntegerField(verbose_name="record made for the list")),
                (
                    "batch",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conflicts",
                        to="integrations.importbatch",
                    ),
                ),
                ("line", models.PositiveIntegerField(default=0, verbose_name="row in the file")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "to be decided"), ("separate", "two people"), ("same", "one person")],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("noticed_at", models.DateTimeField(verbose_name="noticed at")),
                (
                    "decided_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
            ],
            options={
                "verbose_name": "contradiction",
                "verbose_name_plural": "contradictions",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["hospital", "id"],
                        name="matchconflict_waiting_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "fingerprint"), name="matchconflict_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state", "open"), ("decided_at__isnull", False), _connector="OR"),
                        name="matchconflict_decided_at_a_time",
                    ),
                ],
            },
        ),
    ]
