"""Registers count per hospital: how far each has counted, and the numbers of exports and incidents."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_messages_kept")]

    operations = [
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "register",
                    models.CharField(
                        choices=[
                            ("exports", "exports"),
                            ("incidents", "incidents"),
                            ("requests", "privacy requests"),
                        ],
                        max_length=10,
                        verbose_name="register",
                    ),
                ),
                ("last", models.PositiveIntegerField(verbose_name="last number")),
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
                "verbose_name": "number series",
                "verbose_name_plural": "number series",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "register"), name="number_series_one_per_register"),
                    models.CheckConstraint(condition=models.Q(("last__gt", 0)), name="number_series_from_one"),
                ],
            },
        ),
        migrations.AddField(
            model_name="export",
            name="serial",
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name="number"),
        ),
        migrations.AddField(
            model_name="incident",
            name="serial",
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name="number"),
        ),
    ]
