"""The tables behind `groups.models.merging`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("groups", "0006_opportunity"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitMerger",
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
                        related_name="mergers",
                        to="groups.groupcustomer",
                    ),
                ),
                ("merged_id", models.BigIntegerField(verbose_name="number of the record that is gone")),
                ("before", models.JSONField(verbose_name="both records before")),
                ("moved", models.JSONField(verbose_name="rows that moved")),
                ("dropped", models.JSONField(verbose_name="rows that were dropped")),
                (
                    "by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone at")),
            ],
            options={
                "verbose_name": "union of two units",
                "verbose_name_plural": "unions of two units",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["hospital", "group", "-at"], name="unitmerger_group_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("hospital", "merged_id"),
                        name="unitmerger_merged_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_id", models.F("group")), _negated=True),
                        name="unitmerger_with_another",
                    ),
                ],
            },
        ),
    ]
