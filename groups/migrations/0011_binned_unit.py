"""The table behind `groups.models.binned`; a unit in the bin keeps its name from nobody."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_renewal"),
        ("groups", "0010_unit_division"),
    ]

    operations = [
        migrations.AddField(
            model_name="groupcustomer",
            name="is_binned",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="in the bin"),
        ),
        migrations.RemoveConstraint(model_name="groupcustomer", name="group_name_unique"),
        migrations.AddConstraint(
            model_name="groupcustomer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_binned", False)), fields=("hospital", "name"), name="group_name_once"
            ),
        ),
        migrations.CreateModel(
            name="BinnedUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
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
                    "group",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bin_entries",
                        to="groups.groupcustomer",
                        verbose_name="unit",
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
            ],
            options={
                "verbose_name": "unit in the bin",
                "verbose_name_plural": "units in the bin",
                "abstract": False,
                "indexes": [models.Index(fields=["hospital", "purge_at"], name="binnedunit_purge_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "group"), name="binnedunit_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="binnedunit_for_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purge_at__gt", models.F("binned_at"))), name="binnedunit_kept_a_while"
                    ),
                ],
            },
        ),
    ]
