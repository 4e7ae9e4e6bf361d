"""Rosters of units come in by the same wizard: the unit, what was asked for, what undoing needs."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0009_unit_files"),
        ("integrations", "0006_feeds"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="group",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rosters",
                to="groups.groupcustomer",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="options",
            field=models.JSONField(default=dict, verbose_name="how it is brought in"),
        ),
        migrations.AddField(
            model_name="importchunk",
            name="details",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="importbatch",
            name="kind",
            field=models.CharField(
                choices=[
                    ("discharges", "discharge list"),
                    ("staff", "staff sheet"),
                    ("roster", "roster of a unit"),
                    ("checkups", "health-check list"),
                ],
                default="discharges",
                max_length=12,
                verbose_name="kind",
            ),
        ),
    ]
