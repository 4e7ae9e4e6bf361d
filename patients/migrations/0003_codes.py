"""The tables behind `patients.models.codes`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("patients", "0002_tallies"),
    ]

    operations = [
        migrations.CreateModel(
            name="DiagnosisCode",
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
                ("code", models.CharField(db_collation="C", max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=200, verbose_name="diagnosis")),
                ("py_initials", models.CharField(blank=True, db_collation="C", max_length=60, verbose_name="initials")),
                ("category", models.CharField(blank=True, max_length=100, verbose_name="group of diagnoses")),
            ],
            options={
                "verbose_name": "diagnosis code",
                "verbose_name_plural": "diagnosis codes",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "code"), name="diagnosiscode_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), _negated=True), models.Q(("name", ""), _negated=True)
                        ),
                        name="diagnosiscode_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Division",
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
                ("code", models.CharField(db_collation="C", max_length=12, verbose_name="code")),
                ("name", models.CharField(db_collation="C", max_length=40, verbose_name="name of the division")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "province"),
                            (2, "prefecture"),
                            (3, "county or district"),
                            (4, "township or street"),
                        ],
                        verbose_name="level",
                    ),
                ),
                (
                    "parent_code",
                    models.CharField(blank=True, db_collation="C", max_length=12, verbose_name="belongs to"),
                ),
            ],
            options={
                "verbose_name": "administrative division",
                "verbose_name_plural": "administrative divisions",
                "ordering": ["code"],
                "indexes": [
                    models.Index(fields=["hospital", "name", "level"], name="division_name_idx"),
                    models.Index(fields=["hospital", "parent_code"], name="division_parent_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "code"), name="division_code_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 4))), name="division_level_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent_code", models.F("code")), _negated=True),
                        name="division_not_in_itself",
                    ),
                ],
            },
        ),
    ]
