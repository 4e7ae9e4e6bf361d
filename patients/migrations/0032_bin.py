"""Records made by mistake lie in a bin: a state of their own, and why they are there."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0026_exports"),
        ("patients", "0031_tags"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="patient",
            name="patient_contact_state_is_known",
        ),
        migrations.AlterField(
            model_name="patient",
            name="contact_state",
            field=models.CharField(
                choices=[
                    ("open", "may be contacted"),
                    ("stopped", "contact stopped"),
                    ("deceased", "deceased"),
                    ("erased", "erased"),
                    ("binned", "in the bin"),
                ],
                default="open",
                max_length=10,
                verbose_name="contact",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("contact_state__in", ["open", "stopped", "deceased", "erased", "binned"])),
                name="patient_contact_state_is_known",
            ),
        ),
        migrations.CreateModel(
            name="BinnedPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("former_state", models.CharField(max_length=10, verbose_name="contact state before")),
                ("binned_at", models.DateTimeField(verbose_name="put there at")),
                ("purge_at", models.DateTimeField(verbose_name="gone for good from")),
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
            ],
            options={
                "verbose_name": "record in the bin",
                "verbose_name_plural": "records in the bin",
            },
        ),
        migrations.AddIndex(
            model_name="binnedperson",
            index=models.Index(fields=["hospital", "purge_at"], name="binnedperson_purge_idx"),
        ),
        migrations.AddConstraint(
            model_name="binnedperson",
            constraint=models.UniqueConstraint(fields=("hospital", "patient"), name="binnedperson_once"),
        ),
        migrations.AddConstraint(
            model_name="binnedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="binnedperson_for_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="binnedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("purge_at__gt", models.F("binned_at"))), name="binnedperson_kept_a_while"
            ),
        ),
    ]
