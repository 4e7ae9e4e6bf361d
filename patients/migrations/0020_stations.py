"""The tables behind `patients.models.stations`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0019_segments"),
    ]

    operations = [
        migrations.CreateModel(
            name="StationAssignment",
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
                        related_name="station_assignments",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "station",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.station",
                        verbose_name="community station",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("hand", "by hand"), ("area", "by address")],
                        default="hand",
                        max_length=4,
                        verbose_name="assigned",
                    ),
                ),
                ("started_on", models.DateField(verbose_name="from")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "assigned_by",
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
                (
                    "ended_by",
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
            ],
            options={
                "verbose_name": "station of a person",
                "verbose_name_plural": "stations of people",
                "indexes": [
                    models.Index(fields=["hospital", "patient", "started_on"], name="station_of_person_idx"),
                    models.Index(
                        condition=models.Q(("ended_on__isnull", True)),
                        fields=["hospital", "station", "patient"],
                        name="people_of_station_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on__isnull", True)),
                        fields=("hospital", "patient"),
                        name="station_of_person_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True), ("ended_on__gte", models.F("started_on")), _connector="OR"
                        ),
                        name="station_of_person_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", "area"), ("assigned_by__isnull", False), _connector="OR"),
                        name="station_of_person_by_somebody",
                    ),
                ],
            },
        ),
    ]
