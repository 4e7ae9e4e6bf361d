"""The tables behind `patients.models.merging`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0016_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonMerger",
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
                    "kept",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mergers",
                        to="patients.patient",
                        verbose_name="kept record",
                    ),
                ),
                ("merged_id", models.BigIntegerField(verbose_name="number of the record that is gone")),
                (
                    "merged_public_id",
                    models.UUIDField(editable=False, null=True, verbose_name="address of the record that is gone"),
                ),
                ("before", models.JSONField(verbose_name="rows of both records before")),
                ("after", models.JSONField(default=dict, verbose_name="what the union wrote into the kept record")),
                ("chosen", models.JSONField(default=list, verbose_name="fields taken from the other record")),
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
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="taken apart at")),
                (
                    "undone_by",
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
                ("undo_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for taking apart")),
            ],
            options={
                "verbose_name": "union of two records",
                "verbose_name_plural": "unions of two records",
                "indexes": [models.Index(fields=["hospital", "kept"], name="person_merger_kept_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("hospital", "merged_id"),
                        name="person_merged_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("hospital", "merged_public_id"),
                        name="person_merged_link_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at__isnull", True), models.Q(("undo_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="person_parted_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_id", models.F("kept")), _negated=True),
                        name="person_merged_with_another",
                    ),
                ],
            },
        ),
    ]
