"""The tables behind `patients.models.binned`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0014_consent"),
    ]

    operations = [
        migrations.CreateModel(
            name="BinnedPerson",
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
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bin_entries",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("former_state", models.CharField(max_length=10, verbose_name="contact state before")),
                (
                    "binned_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="put there by",
                    ),
                ),
                ("binned_at", models.DateTimeField(verbose_name="put there at")),
                ("purge_at", models.DateTimeField(verbose_name="gone for good from")),
            ],
            options={
                "verbose_name": "record in the bin",
                "verbose_name_plural": "records in the bin",
                "indexes": [models.Index(fields=["hospital", "purge_at"], name="binnedperson_purge_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "patient"), name="binnedperson_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="binnedperson_for_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purge_at__gt", models.F("binned_at"))), name="binnedperson_kept_a_while"
                    ),
                ],
            },
        ),
    ]
