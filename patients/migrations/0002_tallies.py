"""The tables behind `patients.models.tallies`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("patients", "0001_patient"),
    ]

    operations = [
        migrations.CreateModel(
            name="PeopleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
                (
                    "department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                ("disease_group", models.CharField(blank=True, db_collation="C", max_length=3)),
                ("region", models.CharField(blank=True, db_collation="C", max_length=40)),
                ("orientation", models.CharField(blank=True, max_length=10)),
                ("life_cycle", models.CharField(blank=True, max_length=10)),
                ("visit_cycle", models.CharField(blank=True, max_length=10)),
                ("n", models.IntegerField()),
            ],
            options={
                "verbose_name": "change of numbers of people",
                "verbose_name_plural": "changes of numbers of people",
                "indexes": [models.Index(fields=["hospital", "id"], name="people_change_idx")],
            },
        ),
        migrations.CreateModel(
            name="PeopleCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
                ("level", models.CharField(max_length=20)),
                (
                    "department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                ("disease_group", models.CharField(blank=True, db_collation="C", max_length=3)),
                ("region", models.CharField(blank=True, db_collation="C", max_length=40)),
                ("value", models.CharField(blank=True, max_length=10)),
                ("n", models.IntegerField()),
            ],
            options={
                "verbose_name": "number of people",
                "verbose_name_plural": "numbers of people",
                "indexes": [
                    models.Index(
                        fields=["hospital", "level", "department"],
                        include=("disease_group", "region", "value", "n"),
                        name="people_count_department_idx",
                    ),
                    models.Index(
                        fields=["hospital", "level", "disease_group"],
                        include=("department", "region", "n"),
                        name="people_count_disease_idx",
                    ),
                    models.Index(
                        fields=["hospital", "level", "region"],
                        include=("department", "disease_group", "n"),
                        name="people_count_region_idx",
                    ),
                ],
            },
        ),
    ]
